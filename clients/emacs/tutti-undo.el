;;; tutti-undo.el --- The undo list, after somebody else's edit  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; What others write is not recorded for undo: Emacs's own undo would take it
;; back.  So every place in the list has to move.  An entry's places are of the
;; text right after that entry's change, and the newest entry comes first.  So
;; the edit is carried down the list, and undone text by undone text becomes
;; what it would have been in the older state:
;;
;;   text now   ◀─entry 1── older ◀─entry 2── older still
;;     │ edit                 │ edit'           │ edit''
;;     ▼                      ▼                 ▼
;;   text then  ◀─entry 1'─ …  ◀─entry 2'── …
;;
;; An edit is a list of spans (START OLD NEW): where, how many characters go, how
;; many come; sorted, apart from each other, in places before the edit.  At one
;; and the same place one's own text stands before what others insert.
;;
;; Cells of the list stay the same ones: `pending-undo-list' is a tail of it.

;;; Code:

(require 'cl-lib)

(defconst tutti-undo--nothing '(apply ignore)
  "An entry that does nothing; nil would be a boundary.")

(defun tutti-undo--place (place spans)
  "PLACE after the edit SPANS; before what was inserted there."
  (let ((shift 0))
    (catch 'found
      (pcase-dolist (`(,start ,old ,new) spans)
        (cond ((<= place start) (throw 'found (+ place shift)))
              ((< place (+ start old)) (throw 'found (+ start shift new))))
        (cl-incf shift (- new old)))
      (+ place shift))))

(defun tutti-undo--place-behind (place spans)
  "PLACE after the edit SPANS; behind what was inserted there."
  (let ((shift 0))
    (catch 'found
      (pcase-dolist (`(,start ,old ,new) spans)
        (cond ((< place start) (throw 'found (+ place shift)))
              ((< place (+ start old)) (throw 'found (+ start shift new))))
        (cl-incf shift (- new old)))
      (+ place shift))))

;; Text that was inserted, and that undo takes away.

(defun tutti-undo--pieces (from to spans)
  "What is left by the edit SPANS of the text from FROM to TO, last piece first."
  (let ((at from) pieces)
    (pcase-dolist (`(,start ,old ,_) spans)
      (when (and (< start to) (> (+ start old) from))
        (when (> start at) (push (cons at start) pieces))
        (setq at (max at (+ start old)))))
    (when (> to at) (push (cons at to) pieces))
    (mapcar (pcase-lambda (`(,a . ,b))
              (cons (tutti-undo--place-behind a spans) (tutti-undo--place b spans)))
            pieces)))

(defun tutti-undo--without (from to spans)
  "The edit SPANS, had the text between FROM and TO not been there."
  (cl-flet ((older (place) (cond ((<= place from) place)
                                 ((< place to) from)
                                 (t (- place (- to from))))))
    (mapcar (pcase-lambda (`(,start ,old ,new))
              (list (older start) (- (older (+ start old)) (older start)) new))
            spans)))

;; Text that was deleted, and that undo brings back.

(defun tutti-undo--with (place length spans)
  "The edit SPANS, had LENGTH characters been at PLACE."
  (cl-mapcan (pcase-lambda (`(,start ,old ,new))
               (let ((end (+ start old)))
                 (cond ((>= start place) (list (list (+ start length) old new)))
                       ((<= end place) (list (list start old new)))
                       (t (list (list start (- place start) new)
                                (list (+ place length) (- end place) 0))))))
             spans))

;; Changes that only a function can undo.

(defun tutti-undo--shift (from to spans)
  "By how much the text between FROM and TO is moved by the edit SPANS.
Nil when it touches it."
  (let ((shift 0))
    (catch 'touched
      (pcase-dolist (`(,start ,old ,new) spans)
        (cond ((<= (+ start old) from) (cl-incf shift (- new old)))
              ((< start to) (throw 'touched nil))))
      shift)))

(defun tutti-undo--moved-entry (entry shift)
  "ENTRY, with all its places SHIFT further."
  (pcase entry
    ((pred integerp) (+ entry shift))
    (`(,(and text (pred stringp)) . ,place) (cons text (if (< place 0) (- place shift) (+ place shift))))
    (`(,(and from (pred integerp)) . ,to) (cons (+ from shift) (+ to shift)))
    (`(nil ,property ,value ,from . ,to) `(nil ,property ,value ,(+ from shift) . ,(+ to shift)))
    (_ entry)))

(defun tutti-undo--moved-call (call shift)
  "The arguments of an apply entry, CALL, SHIFT further; nil when nobody can know."
  (pcase call
    ((guard (zerop shift)) call)
    (`(,delta ,from ,to undo--wrap-and-run-primitive-undo ,from2 ,to2 ,list)
     (list delta (+ from shift) (+ to shift) 'undo--wrap-and-run-primitive-undo (+ from2 shift) (+ to2 shift)
           (mapcar (lambda (entry) (tutti-undo--moved-entry entry shift)) list)))))

(defun tutti-undo--call (call spans)
  "The apply entry CALL after the edit SPANS, and what that is in the older state.
A pair (ENTRIES . SPANS), or nil: nobody can know."
  (pcase call
    (`(,(or 'ignore 'cdr) . ,_) (cons (list (cons 'apply call)) spans))
    (`(,(and delta (pred integerp)) ,from ,to . ,_)
     (let* ((shift (tutti-undo--shift from to spans))
            (moved (and shift (tutti-undo--moved-call call shift))))
       (and moved
            (cons (list (cons 'apply moved))
                  (mapcar (pcase-lambda (`(,start ,old ,new))
                            (list (if (<= (+ start old) from) start (+ start delta)) old new))
                          spans)))))))

(defun tutti-undo--entry (entry spans)
  "ENTRY after the edit SPANS, and what that is in the older state.
A pair (ENTRIES . SPANS), or nil: nobody can know."
  (pcase entry
    ((pred integerp) (cons (list (tutti-undo--place entry spans)) spans))
    (`(t . ,_) (cons (list tutti-undo--nothing) spans)) ; the file on the disk is not this text any more
    (`(apply . ,call) (tutti-undo--call call spans))
    (`(,(and text (pred stringp)) . ,place)
     (let ((moved (tutti-undo--place (abs place) spans)))
       (cons (list (cons text (if (< place 0) (- moved) moved)))
             (tutti-undo--with (abs place) (length text) spans))))
    (`(,(and from (pred integerp)) . ,to)
     (cons (or (tutti-undo--pieces from to spans) (list tutti-undo--nothing))
           (tutti-undo--without from to spans)))
    (`(nil ,property ,value ,from . ,to)
     (cons (list `(nil ,property ,value ,(tutti-undo--place from spans) . ,(tutti-undo--place to spans))) spans))
    (_ (cons (list entry) spans)))) ; a boundary, a marker

(defun tutti-undo-transform (list spans)
  "Move the places in the undo LIST, in its own cells, for the edit SPANS.
Where an entry cannot be known, the list ends.  The result is the list, or nil."
  (let ((cell list) (before nil))
    (while (consp cell)
      (let ((moved (tutti-undo--entry (car cell) spans)))
        (if (null moved)
            (progn (when before (setcdr before nil))
                   (setq list (and before list) cell nil))
          (setcar cell (caar moved))
          (dolist (more (cdar moved)) ; behind the first, before what is older
            (setcdr cell (cons more (cdr cell)))
            (setq cell (cdr cell)))
          (setq spans (cdr moved) before cell cell (cdr cell))))))
  list)

(defun tutti-undo-adjust (spans)
  "Adjust the undo list of the current buffer to an edit of somebody else, SPANS."
  (when (consp buffer-undo-list)
    (setq buffer-undo-list (tutti-undo-transform buffer-undo-list spans))
    (when (and (consp pending-undo-list)
               (eq (current-buffer) (window-buffer)) ; else it is about another buffer
               (not (cl-loop for cell on buffer-undo-list thereis (eq cell pending-undo-list))))
      (setq pending-undo-list t)))) ; undo was at something that is not known any more

(provide 'tutti-undo)
;;; tutti-undo.el ends here
