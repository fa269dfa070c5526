;;; undo-test.el --- The undo list, after others' edits at random  -*- lexical-binding: t; -*-

;;; Commentary:

;; Every character is there once.  So what must be left after everything of one's
;; own is undone is known without a model: what was there at first and what others
;; wrote, without what others erased; and what was there at first in its old order.
;; Only what one's own history had brought once more may come back although somebody
;; erased it: rounds with undo in them allow that.

;;; Code:

(require 'ert)
(require 'cl-lib)
(require 'seq)
(require 'tutti-undo)

(defvar undo-test-next 0 "The next character.")
(defvar undo-test-erased nil "What others have erased.")
(defvar undo-test-theirs nil "What others have written.")

(defun undo-test-fresh (count)
  "COUNT characters that were never there before."
  (apply #'string (cl-loop repeat count collect (+ #x4e00 (cl-incf undo-test-next)))))

(defun undo-test-stretch ()
  "A stretch of the buffer, often empty, as a list."
  (let ((from (+ (point-min) (random (1+ (buffer-size))))))
    (list from (min (point-max) (+ from (max 0 (- (random 9) 4)))))))

(defun undo-test-remote ()
  "An edit of somebody else, in up to three spans."
  (let* ((cuts (sort (apply #'append (cl-loop repeat (1+ (random 3)) collect (undo-test-stretch))) #'<))
         (edits (cl-loop for (from to) on cuts by #'cddr
                         collect (list from to (undo-test-fresh (random 3)))))
         (buffer-undo-list t))
    (pcase-dolist (`(,from ,to ,text) (reverse edits))
      (setq undo-test-erased (append (buffer-substring from to) undo-test-erased)
            undo-test-theirs (append text undo-test-theirs))
      (goto-char from)
      (delete-region from to)
      (insert text))
    (mapcar (pcase-lambda (`(,from ,to ,text)) (list from (- to from) (length text))) edits)))

(defun undo-test-own ()
  "An edit of one's own, one of many kinds."
  (pcase-let ((`(,from ,to) (undo-test-stretch)))
    (pcase (random 7)
      (0 (delete-region from to))
      (1 (goto-char from) (delete-region from to) (insert (undo-test-fresh 2)))
      (2 (put-text-property from to 'face 'bold))
      (3 (set-buffer-modified-p nil) (goto-char from) (insert (undo-test-fresh 1)))
      (4 (when (zerop (random 8))
           (undo-boundary) ; else Emacs 28 loses its own entry
           (combine-change-calls from to
             (goto-char from)
             (insert (undo-test-fresh 1)))))
      (_ (goto-char from) (insert (undo-test-fresh (1+ (random 4))))))
    (when (zerop (random 2)) (undo-boundary))))

(defun undo-test-undo-all ()
  "Undo everything, to the first entry."
  (setq buffer-undo-list (remq nil buffer-undo-list))
  (let ((list buffer-undo-list) (buffer-undo-list t))
    (while list (setq list (primitive-undo 1 list)))))

(defun undo-test-remote-adjusted ()
  "An edit of somebody else, with the undo list adjusted; whether that cut the list."
  (let ((end (last buffer-undo-list)))
    (tutti-undo-adjust (undo-test-remote))
    (not (eq end (last buffer-undo-list)))))

(defun undo-test-two-steps ()
  "Two steps of undo as a person does it, with an edit of somebody else between."
  (undo-boundary)
  (let ((inhibit-message t) (last-command nil))
    (ignore-errors (undo))
    (setq last-command 'undo)
    (prog1 (undo-test-remote-adjusted)
      (ignore-errors (undo)))))

(defun undo-test-fault (first may-return)
  "What is wrong with the buffer, which held FIRST; MAY-RETURN: what was erased."
  (let* ((now (append (buffer-string) nil))
         (wanted (cl-set-difference (append first undo-test-theirs nil) undo-test-erased))
         (known (if may-return (append first undo-test-theirs nil) wanted))
         (old (cl-remove-if-not (lambda (c) (seq-contains-p first c)) now)))
    (cond ((cl-set-difference wanted now) (format "%S is lost" (cl-set-difference wanted now)))
          ((cl-set-difference now known) (format "%S has stayed" (cl-set-difference now known)))
          ((not (equal old (sort (copy-sequence old) #'<))) "another order"))))

(defun undo-test-round (seed undoing)
  "One buffer with the edits that SEED makes, undo among them if UNDOING.
A fault in words, nil, or t: the list was cut, and nothing can be said."
  (random (format "%d" seed))
  (setq undo-test-next 0 undo-test-erased nil undo-test-theirs nil)
  (with-temp-buffer
    (let ((first (undo-test-fresh 30)) cut)
      (insert first)
      (buffer-enable-undo)
      (dotimes (_ 25)
        (pcase (random 9)
          ((or 0 1 2) (setq cut (or (undo-test-remote-adjusted) cut)))
          ((and 3 (guard undoing)) (setq cut (or (undo-test-two-steps) cut)))
          (_ (undo-test-own))))
      (undo-test-undo-all)
      (or cut (undo-test-fault first undoing)))))

(defun undo-test-rounds (undoing)
  "Many rounds, with undo in them if UNDOING; TUTTI_SEED makes it that one alone."
  (let* ((seed (getenv "TUTTI_SEED"))
         (said (cl-loop for i from (string-to-number (or seed "1")) repeat (if seed 1 150)
                        collect (let ((fault (undo-test-round i undoing)))
                                  (if (stringp fault) (format "TUTTI_SEED=%d: %s" i fault) fault)))))
    (should-not (seq-filter #'stringp said))
    (should (or seed (> (cl-count nil said) 75))))) ; most lists are not cut

(ert-deftest undo-test-others-text-stays-and-own-goes ()
  (undo-test-rounds nil))

(ert-deftest undo-test-others-between-two-steps ()
  (undo-test-rounds t))

(defun undo-test-table (list spans)
  "LIST, copied, after the edit SPANS."
  (tutti-undo-transform (copy-tree list) spans))

(ert-deftest undo-test-by-hand ()
  (should (equal (undo-test-table '((5 . 8)) '((1 0 2))) '((7 . 10))))        ; inserted before
  (should (equal (undo-test-table '((5 . 8)) '((6 0 2))) '((8 . 10) (5 . 6)))) ; inserted into it
  (should (equal (undo-test-table '((5 . 8)) '((6 1 0))) '((6 . 7) (5 . 6))))
  (should (equal (undo-test-table '((5 . 8)) '((4 5 0))) '((apply ignore))))   ; erased
  (should (equal (undo-test-table '((5 . 8) (6 . 7)) '((9 0 2))) '((5 . 8) (8 . 9)))) ; an older state: before the 6th
  (should (equal (undo-test-table '((1 . 11) (5 . 6)) '((12 0 2))) '((1 . 11) (7 . 8)))) ; places of different states
  (should (equal (undo-test-table '(("abc" . 5)) '((2 5 1))) '(("abc" . 3))))
  (should (equal (undo-test-table '(("abc" . -5) nil 9) '((1 0 1))) '(("abc" . -6) nil 10)))
  (should (equal (undo-test-table '((t . 0) (nil face bold 3 . 4)) '((1 0 1))) '((apply ignore) (nil face bold 4 . 5))))
  (should (equal (undo-test-table '((1 . 2) (apply some-function) (1 . 2)) '((5 0 1))) '((1 . 2)))))

(provide 'undo-test)
;;; undo-test.el ends here
