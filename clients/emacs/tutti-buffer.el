;;; tutti-buffer.el --- A buffer that takes part  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; What happens in the buffer becomes events of its link, and what the link says
;; is done to the buffer.
;;
;;   before-change ─▶ span: these places of the text that the server knows …
;;   after-change  ─▶ … are this stretch of the buffer now
;;   end of command, a timer of 0 s, or any other message ─▶ one collab/edit
;;
;; Changes that touch the span widen it; one elsewhere sends it first, so that
;; all of a message is against one state.  A stretch may be wider
;; than the change; the server cuts it to what differs.
;;
;; Not every change is announced: hooks may be inhibited, an indirect buffer has
;; hooks of its own, and a hook that fails is taken off its list with all the
;; others.  So `buffer-chars-modified-tick' and the size are compared before
;; anything is built on the buffer's state (Emacs 28 leaves the tick as it is when
;; a file is inserted), and what is not accounted for goes out as an edit of the
;; whole text, which the server cuts as well.
;;
;; A reload (`revert-buffer') is never an edit: it would take back what others
;; wrote meanwhile.  The document is opened again, and not closed before: in between
;; the file would be nobody's, and the server would write it under the buffer.
;;
;; An edit that comes while somebody's change hooks run waits for their end: it
;; would be hidden from the other hooks, and nest one change in another.

;;; Code:

(require 'cl-lib)
(require 'seq)
(require 'subr-x)
(require 'tutti-link)
(require 'tutti-text)
(require 'tutti-undo)

(cl-defstruct (tutti-span (:constructor tutti-span-create (from to first tail)))
  "Places FROM to TO of the text as the server knows it: what is between them now."
  from to      ; LSP positions
  first tail   ; where it begins, how many characters come behind it
  changed)     ; nil: announced only

(cl-defstruct (tutti-doc (:constructor tutti-doc-create (buffer link)))
  "One buffer and its LINK."
  buffer link
  tick         ; state of the text that link and span account for; nil: none
  span
  applying     ; the change under way is the server's: where, as (FROM . TO)
  disturbed    ; somebody's hooks changed the text while it was made
  reloading)   ; the text was read from the disk again, and not told yet

(defvar-local tutti-buffer-doc nil
  "The document that this buffer is; an indirect clone has the one of its base.")
(put 'tutti-buffer-doc 'permanent-local t)

(defvar tutti-buffer--docs nil "All documents that take part.")
(defvar tutti-buffer--epochs (make-hash-table :test #'equal) "How often each URI was opened on this connection.")
(defvar tutti-buffer--send nil "Function of METHOD and PARAMS; nil: nobody is there.")
(defvar tutti-buffer--held nil "Messages that wait until change hooks are done, newest first.")
(defvar tutti-buffer--timer nil "Set while something is to be told soon.")

(defvar tutti-buffer-applied-functions nil
  "Called with document, edits and cause when a server edit is in its buffer.")

;; The link's word

(defun tutti-buffer--do (doc effect)
  "Do what the link of DOC wants: EFFECT."
  (pcase effect
    (`(send ,method ,params) (when tutti-buffer--send (funcall tutti-buffer--send method params)))
    (`(reopen) (tutti-buffer--open doc))
    (`(apply ,edits ,cause) (tutti-buffer--land doc edits cause))))

(defun tutti-buffer--step (doc event)
  "Give EVENT to the link of DOC."
  (dolist (effect (tutti-link-step (tutti-doc-link doc) event))
    (tutti-buffer--do doc effect)))

(defun tutti-buffer-open-p (doc)
  "Whether the server has DOC open."
  (tutti-link-open (tutti-doc-link doc)))

(defun tutti-buffer-uri (doc)
  "The URI of DOC."
  (tutti-link-uri (tutti-doc-link doc)))

(defun tutti-buffer-find (uri)
  "The document of URI that takes part, or nil."
  (seq-find (lambda (doc) (equal (tutti-buffer-uri doc) uri)) tutti-buffer--docs))

(defun tutti-buffer-all ()
  "All documents that take part."
  (seq-filter (lambda (doc) (buffer-live-p (tutti-doc-buffer doc))) tutti-buffer--docs))

;; Telling

(defun tutti-buffer--state (doc)
  "The tick and the size of the text of DOC: together they tell two texts apart."
  (cons (buffer-chars-modified-tick (tutti-doc-buffer doc)) (buffer-size (tutti-doc-buffer doc))))

(defun tutti-buffer--seen (doc)
  "The text of DOC, as it is now, is accounted for."
  (setf (tutti-doc-tick doc) (tutti-buffer--state doc)))

(defun tutti-buffer--known-p (doc)
  "Whether the text of DOC is the one that is accounted for."
  (equal (tutti-doc-tick doc) (tutti-buffer--state doc)))

(defun tutti-buffer--account (doc)
  "All of the buffer of DOC is told, or about to be."
  (setf (tutti-doc-span doc) nil)
  (tutti-buffer--seen doc))

(defun tutti-buffer--tell (doc edit)
  "Tell the server EDIT, by which its text becomes the one of DOC."
  (tutti-buffer--account doc)
  (tutti-buffer--step doc `(typed (,edit))))

(defun tutti-buffer--stretch (span)
  "Where the changed stretch of SPAN ends."
  (save-restriction (widen) (- (point-max) (tutti-span-tail span))))

(defun tutti-buffer--told-text (doc from to)
  "The text between FROM and TO; what is no text is mended in DOC soon."
  (let ((text (save-restriction (widen) (buffer-substring-no-properties from to))))
    (when (tutti-text-foreign-p text)
      (run-at-time 0 nil #'tutti-buffer--mend doc))
    (tutti-text-clean text)))

(defun tutti-buffer--flush (doc)
  "Tell what changed in DOC."
  (let ((span (tutti-doc-span doc)))
    (when (and span (tutti-span-changed span))
      (tutti-buffer--tell
       doc (tutti-text-edit (tutti-span-from span) (tutti-span-to span)
                            (tutti-buffer--told-text doc (tutti-span-first span) (tutti-buffer--stretch span)))))))

(defun tutti-buffer--repair (doc)
  "Tell all of DOC: something happened that no hook told about."
  (tutti-buffer--tell doc (tutti-text-whole-edit (tutti-buffer--told-text doc 1 (1+ (buffer-size))))))

(defun tutti-buffer--reverting-p ()
  "Whether the text is being read from the disk right now."
  (bound-and-true-p revert-buffer-in-progress-p))

(defun tutti-buffer-settle (doc)
  "Tell the server all that it does not know of DOC yet."
  (when (and (tutti-buffer-open-p doc) (buffer-live-p (tutti-doc-buffer doc))
             (not (tutti-doc-applying doc)))
    (with-current-buffer (tutti-doc-buffer doc)
      (tutti-buffer--watch)
      (cond ((tutti-buffer--reverting-p))
            ((tutti-doc-reloading doc) (tutti-buffer--open doc))
            ((not (tutti-buffer--known-p doc)) (tutti-buffer--repair doc))
            (t (tutti-buffer--flush doc))))))

(defun tutti-buffer-settle-all ()
  "Tell the server all that it does not know yet."
  (with-demoted-errors "Tutti: %S"
    (mapc #'tutti-buffer-settle tutti-buffer--docs)))

(defun tutti-buffer--soon ()
  "Settle once the present change is over, also outside of any command."
  (unless tutti-buffer--timer
    (setq tutti-buffer--timer (run-at-time 0 nil #'tutti-buffer--now))))

(defun tutti-buffer--now ()
  "The timer's part of `tutti-buffer--soon'."
  (setq tutti-buffer--timer nil)
  (if (not inhibit-modification-hooks)
      (progn (tutti-buffer-settle-all)
             (tutti-buffer--release))
    (setq tutti-buffer--timer (run-at-time 0.02 nil #'tutti-buffer--now))))

(defun tutti-buffer--mend (doc)
  "Make text of what is none in the buffer of DOC, as the server has it already."
  (tutti-buffer-settle doc)
  (when (and (tutti-buffer-open-p doc) (buffer-live-p (tutti-doc-buffer doc)))
    (with-current-buffer (tutti-doc-buffer doc)
      (setf (tutti-doc-applying doc) t)
      (unwind-protect
          (let ((inhibit-read-only t) (inhibit-modification-hooks t)) (tutti-text-mend))
        (setf (tutti-doc-applying doc) nil)
        (tutti-buffer--account doc))
      (message "Tutti: bytes that are no text were replaced by \ufffd"))))

;; Change hooks

(defun tutti-buffer--listening ()
  "The document of the current buffer, if a person is typing there now."
  (let ((doc tutti-buffer-doc))
    (when (and doc (tutti-buffer-open-p doc) (not (tutti-doc-applying doc)))
      (if (tutti-buffer--reverting-p)
          (progn (setf (tutti-doc-reloading doc) t) nil)
        doc))))

(defmacro tutti-buffer--guarded (doc &rest body)
  "Run BODY; after an error the whole of DOC counts as untold.
An error in a change hook would take every hook off its list."
  (declare (indent 1) (debug t))
  `(condition-case fault
       (save-match-data ,@body)
     (error (setf (tutti-doc-tick ,doc) nil)
            (message "Tutti: %s" (error-message-string fault)))))

(defun tutti-buffer--announce (doc from to)
  "The text between FROM and TO of DOC is about to change."
  (setf (tutti-doc-span doc)
        (tutti-span-create (tutti-text-position from) (tutti-text-position to)
                           from (save-restriction (widen) (- (point-max) to)))))

(defun tutti-buffer--inside-p (span from to)
  "Whether the text between FROM and TO lies within SPAN, or at its edge."
  (and (>= from (tutti-span-first span)) (<= to (tutti-buffer--stretch span))))

(defun tutti-buffer--touches-p (span from to)
  "Whether the text between FROM and TO and SPAN have a place in common."
  (and (>= to (tutti-span-first span)) (<= from (tutti-buffer--stretch span))))

(defun tutti-buffer--widen (span from to)
  "Let SPAN reach from FROM to TO: there the text is still the one that is known."
  (let ((end (tutti-buffer--stretch span)))
    (when (< from (tutti-span-first span))
      (setf (tutti-span-from span) (tutti-text-position from)
            (tutti-span-first span) from))
    (when (> to end)
      (setf (tutti-span-to span) (tutti-text-beyond (tutti-span-to span) end to)
            (tutti-span-tail span) (- (tutti-span-tail span) (- to end))))))

(defun tutti-buffer--watch-applying (doc from to)
  "The text between FROM and TO of DOC is about to change: by us, or by a hook?"
  (unless (and (equal (tutti-doc-applying doc) (cons from to))
               (tutti-buffer--known-p doc))
    (setf (tutti-doc-disturbed doc) t)))

(defun tutti-buffer--before-change (from to)
  "The text between FROM and TO is about to change."
  (when (and tutti-buffer-doc (tutti-doc-applying tutti-buffer-doc))
    (tutti-buffer--watch-applying tutti-buffer-doc from to))
  (when-let ((doc (tutti-buffer--listening)))
    (tutti-buffer--guarded doc
      (let ((span (tutti-doc-span doc)))
        (cond ((not (tutti-buffer--known-p doc)) (tutti-buffer--repair doc) (tutti-buffer--announce doc from to))
              ((not (and span (tutti-span-changed span))) (tutti-buffer--announce doc from to))
              ((tutti-buffer--touches-p span from to) (tutti-buffer--widen span from to))
              (t (tutti-buffer--flush doc) (tutti-buffer--announce doc from to)))))))

(defun tutti-buffer--changed (doc from to)
  "The text between FROM and TO of DOC is new."
  (let ((span (tutti-doc-span doc)))
    (if (and span (tutti-buffer--inside-p span from to))
        (progn (setf (tutti-span-changed span) t)
               (tutti-buffer--seen doc))
      (setf (tutti-doc-tick doc) nil))))

(defun tutti-buffer--after-change (from to length)
  "The text between FROM and TO is new, where LENGTH characters were."
  (when (and tutti-buffer-doc (tutti-doc-applying tutti-buffer-doc))
    (tutti-buffer--seen tutti-buffer-doc))
  (when-let ((doc (tutti-buffer--listening)))
    (tutti-buffer--guarded doc
      (unless (and (= length (- to from)) (tutti-buffer--known-p doc)) ; only properties changed
        (tutti-buffer--changed doc from to)
        (tutti-buffer--soon)))))

(defun tutti-buffer--after-revert ()
  "The text was read from the disk again."
  (when-let ((doc tutti-buffer-doc))
    (when (and (eq (current-buffer) (tutti-doc-buffer doc)) (tutti-buffer-open-p doc))
      (tutti-buffer--open doc))))

(defun tutti-buffer--before-revert ()
  "What was typed until now is no part of the reload."
  (when-let ((doc tutti-buffer-doc))
    (let (revert-buffer-in-progress-p)
      (tutti-buffer-settle doc))))

(defun tutti-buffer--saved ()
  "The text is on the disk."
  (when-let ((doc tutti-buffer-doc))
    (tutti-buffer-settle doc)
    (tutti-buffer--step doc '(saved))))

(defun tutti-buffer--killed ()
  "The buffer is killed; a clone dies alone."
  (when-let ((doc tutti-buffer-doc))
    (when (eq (current-buffer) (tutti-doc-buffer doc))
      (tutti-buffer-detach doc))))

;; Before our own hook runs, others may have changed the text without a word, so
;; we look last before a change, and first after it.
(defconst tutti-buffer--hooks
  '((before-change-functions tutti-buffer--before-change 100)
    (after-change-functions tutti-buffer--after-change -100)
    (before-revert-hook tutti-buffer--before-revert -100)
    (after-revert-hook tutti-buffer--after-revert 100)
    (after-save-hook tutti-buffer--saved 100)
    (kill-buffer-hook tutti-buffer--killed 100))
  "Hooks of a buffer that takes part: variable, function, depth.")

(pcase-dolist (`(,_ ,function ,_) tutti-buffer--hooks)
  (put function 'permanent-local-hook t)) ; a major mode's change is none of the text

(defun tutti-buffer--watch ()
  "Hang our functions into the hooks of the buffer, unless they are there."
  (unless (and (memq #'tutti-buffer--before-change before-change-functions)
               (memq #'tutti-buffer--after-change after-change-functions))
    (pcase-dolist (`(,hook ,function ,depth) tutti-buffer--hooks)
      (add-hook hook function depth t))))

(defun tutti-buffer--unwatch ()
  "Take our functions off the hooks of the buffer."
  (pcase-dolist (`(,hook ,function ,_) tutti-buffer--hooks)
    (remove-hook hook function t)))

;; Applying

(defun tutti-buffer--resolved (edit)
  "EDIT as a list of place, end and text."
  (let ((range (plist-get edit :range)))
    (list (tutti-text-place (plist-get range :start))
          (tutti-text-place (plist-get range :end))
          (plist-get edit :newText))))

(defmacro tutti-buffer--unasked (&rest body)
  "Run BODY, a change of text: nobody is asked, nothing is recorded for undo."
  (declare (indent 0) (debug t))
  `(let ((inhibit-read-only t)
         (inhibit-quit t)
         (create-lockfiles nil)
         (deactivate-mark nil)
         (buffer-undo-list t))
     (cl-letf (((symbol-function 'userlock--ask-user-about-supersession-threat) #'ignore))
       (save-excursion
         (save-restriction
           (widen)
           ,@body)))))

(defun tutti-buffer--replace (doc from to text)
  "Put TEXT for what is between FROM and TO of DOC, under the eyes of all hooks."
  (when (< from to)
    (setf (tutti-doc-applying doc) (cons from to))
    (delete-region from to))
  (unless (string-empty-p text)
    (setf (tutti-doc-applying doc) (cons from from))
    (goto-char from)
    (insert text)))

(defun tutti-buffer--put-back (done)
  "Take back the replacements DONE, newest first: (FROM TEXT SIZE-BEFORE)."
  (let ((inhibit-modification-hooks t))
    (pcase-dolist (`(,from ,text ,size) done)
      (goto-char from)
      (delete-region from (+ from (length text) (- (buffer-size) size)))
      (insert text))))

(defun tutti-buffer--replace-all (doc edits)
  "Make EDITS, which are resolved, in DOC, from the last to the first; all or none."
  (let (done)
    (tutti-buffer--unasked
      (condition-case fault
          (pcase-dolist (`(,from ,to ,text) (reverse edits))
            (push (list from (buffer-substring from to) (buffer-size)) done)
            (tutti-buffer--replace doc from to text))
        (error (tutti-buffer--put-back done)
               (signal (car fault) (cdr fault)))))))

(defun tutti-buffer--spans (edits)
  "EDITS, which are resolved, as the undo list wants them."
  (mapcar (pcase-lambda (`(,from ,to ,text)) (list from (- to from) (length text))) edits))

(defun tutti-buffer--apply (doc edits)
  "Bring EDITS into the buffer of DOC."
  (setf (tutti-doc-span doc) nil
        (tutti-doc-applying doc) t
        (tutti-doc-disturbed doc) nil)
  (unwind-protect
      (let ((edits (mapcar #'tutti-buffer--resolved edits)))
        (tutti-buffer--replace-all doc edits)
        (tutti-undo-adjust (tutti-buffer--spans edits)))
    (setf (tutti-doc-applying doc) nil))
  (unless (tutti-buffer--known-p doc)
    (setf (tutti-doc-disturbed doc) t))
  (when (tutti-doc-disturbed doc) ; what hooks have made of it is this person's edit
    (setq buffer-undo-list nil)
    (setf (tutti-doc-tick doc) nil)
    (tutti-buffer--soon)))

(defun tutti-buffer--land (doc edits cause)
  "The link of DOC let EDITS of the server through, which have a CAUSE."
  (with-current-buffer (tutti-doc-buffer doc)
    (if (condition-case fault
            (progn (tutti-buffer--apply doc edits) t)
          (error (message "Tutti: %s" (error-message-string fault)) nil))
        (progn (tutti-buffer--step doc '(applied))
               (run-hook-with-args 'tutti-buffer-applied-functions doc edits cause))
      (tutti-buffer--watch)
      (tutti-buffer--account doc)
      (tutti-buffer--step doc `(failed (,(tutti-text-whole-edit (tutti-text-clean (tutti-text-all)))))))))

(defun tutti-buffer--take (event)
  "Give EVENT, an edit or a resync, to the document that it is about."
  (let ((doc (tutti-buffer-find (plist-get (plist-get (cadr event) :textDocument) :uri))))
    (when (and doc (buffer-live-p (tutti-doc-buffer doc)))
      (tutti-buffer-settle doc)
      (tutti-buffer--step doc event))))

(defun tutti-buffer--busy-p ()
  "Whether somebody's change is under way."
  (or inhibit-modification-hooks
      (seq-some #'tutti-doc-applying tutti-buffer--docs)))

(defun tutti-buffer--release ()
  "Take what was held, in order."
  (let ((held (nreverse tutti-buffer--held)))
    (setq tutti-buffer--held nil)
    (mapc #'tutti-buffer--take held)))

(defun tutti-buffer--receive (event)
  "EVENT came in from the server."
  (if (or tutti-buffer--held (tutti-buffer--busy-p))
      (progn (push event tutti-buffer--held)
             (tutti-buffer--soon))
    (tutti-buffer--take event)))

(defun tutti-buffer-receive-edit (params)
  "A collab/edit with PARAMS came in; one that does not fit comes again."
  (tutti-buffer--receive `(edit ,params)))

(defun tutti-buffer-receive-resync (params)
  "A collab/resync with PARAMS came in."
  (tutti-buffer--receive `(resync ,params)))

;; Opening and closing

(defun tutti-buffer--language ()
  "The LSP name of the buffer's language."
  (string-remove-suffix "-mode" (symbol-name major-mode)))

(defun tutti-buffer--open (doc)
  "Tell the server the text of DOC as it is now."
  (when tutti-buffer--send
    (with-current-buffer (tutti-doc-buffer doc)
      (setf (tutti-doc-reloading doc) nil)
      (tutti-buffer--watch)
      (tutti-buffer--account doc)
      (let ((epoch (cl-incf (gethash (tutti-buffer-uri doc) tutti-buffer--epochs 0))))
        (tutti-buffer--step doc `(opened ,epoch ,(tutti-text-clean (tutti-text-all)) ,(tutti-buffer--language)))))))

(defun tutti-buffer-attach (buffer uri)
  "Let BUFFER take part as the document URI."
  (with-current-buffer buffer
    (let ((doc (tutti-doc-create buffer (tutti-link-create uri))))
      (setq tutti-buffer-doc doc)
      (push doc tutti-buffer--docs)
      (add-hook 'post-command-hook #'tutti-buffer-settle-all)
      (tutti-buffer--open doc)
      doc)))

(defun tutti-buffer-detach (doc)
  "Let DOC not take part any more."
  (tutti-buffer-settle doc)
  (tutti-buffer--step doc '(closed))
  (setq tutti-buffer--docs (delq doc tutti-buffer--docs))
  (unless tutti-buffer--docs
    (remove-hook 'post-command-hook #'tutti-buffer-settle-all))
  (dolist (buffer (buffer-list))
    (when (eq doc (buffer-local-value 'tutti-buffer-doc buffer))
      (with-current-buffer buffer
        (tutti-buffer--unwatch)
        (setq tutti-buffer-doc nil)))))

(defun tutti-buffer-connect (send)
  "Open all documents on a new connection: SEND sends METHOD and PARAMS."
  (setq tutti-buffer--send send)
  (clrhash tutti-buffer--epochs)
  (mapc #'tutti-buffer--open tutti-buffer--docs))

(defun tutti-buffer-disconnect ()
  "The connection is gone; what is typed meanwhile is told by the next one."
  (setq tutti-buffer--send nil
        tutti-buffer--held nil)
  (dolist (doc tutti-buffer--docs)
    (tutti-buffer--step doc '(lost))))

(defun tutti-buffer-draw (params draw)
  "Call DRAW in the widened buffer of the document that PARAMS are about.
Nothing happens where it is not open."
  (let ((doc (tutti-buffer-find (plist-get (plist-get params :textDocument) :uri))))
    (when (and doc (buffer-live-p (tutti-doc-buffer doc)))
      (with-current-buffer (tutti-doc-buffer doc)
        (save-excursion
          (save-restriction
            (widen)
            (funcall draw)))))))

(provide 'tutti-buffer)
;;; tutti-buffer.el ends here
