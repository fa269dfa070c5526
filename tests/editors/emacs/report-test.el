;;; report-test.el --- What is told of a buffer turns the old text into the new  -*- lexical-binding: t; -*-

;;; Commentary:

;; Random commands of every kind, against a model that knows nothing but the
;; messages, and that writes into the buffer itself now and then.

;;; Code:

(require 'ert)
(require 'cl-lib)
(require 'seq)
(require 'rect)
(require 'tutti-buffer)

(defvar report-test-model nil "The text that a server would have.")
(defvar report-test-told nil "What came, newest first: (METHOD PARAMS).")
(defvar report-test-doc nil "The document.")
(defvar report-test-file nil "The file that it is.")

(defun report-test-offset (position)
  "Where the LSP POSITION is in the model; past the end is the end."
  (let ((lines (split-string report-test-model "\n")) (line (plist-get position :line)))
    (if (>= line (length lines))
        (length report-test-model)
      (+ (cl-loop for l in lines repeat line sum (1+ (length l)))
         (min (plist-get position :character) (length (nth line lines)))))))

(defun report-test-apply (edit)
  "Make EDIT in the model."
  (let ((from (report-test-offset (plist-get (plist-get edit :range) :start)))
        (to (report-test-offset (plist-get (plist-get edit :range) :end))))
    (setq report-test-model
          (concat (substring report-test-model 0 from) (plist-get edit :newText) (substring report-test-model to)))))

(defun report-test-listen (method params)
  "METHOD came with PARAMS."
  (push (list method params) report-test-told)
  (pcase method
    ('textDocument/didOpen (setq report-test-model (plist-get (plist-get params :textDocument) :text)))
    ('collab/edit (mapc #'report-test-apply (reverse (plist-get params :edits))))))

(defun report-test-methods ()
  "The methods that were told since the last call, oldest first."
  (prog1 (mapcar #'car (reverse report-test-told))
    (setq report-test-told nil)))

(defun report-test-check (what)
  "The model is the buffer, after WHAT."
  (tutti-buffer-settle report-test-doc)
  (let ((text (with-current-buffer (tutti-doc-buffer report-test-doc) (tutti-text-clean (tutti-text-all)))))
    (unless (equal text report-test-model)
      (ert-fail (format "after %s:\nbuffer %S\nmodel  %S" what text report-test-model)))))

(defun report-test-position (offset)
  "The LSP position of OFFSET in the model."
  (let ((lines (split-string (substring report-test-model 0 offset) "\n")))
    (list :line (1- (length lines)) :character (length (car (last lines))))))

(defun report-test-push (edits)
  "Send EDITS, each (FROM TO TEXT) in the model, as the server would."
  (let ((link (tutti-doc-link report-test-doc)))
    (tutti-buffer-receive-edit
     (list :textDocument (list :uri (tutti-buffer-uri report-test-doc))
           :epoch (tutti-link-epoch link) :revision (1+ (tutti-link-theirs link)) :seen (tutti-link-mine link)
           :edits (vconcat (mapcar (pcase-lambda (`(,from ,to ,text))
                                     (tutti-text-edit (report-test-position from) (report-test-position to) text))
                                   edits))))))

(defun report-test-acknowledged-p ()
  "Whether the newest message is an acknowledgement."
  (eq (caar report-test-told) 'collab/ack))

(defun report-test-remote ()
  "The server changes the text at random; the model takes the edit once it is confirmed."
  (tutti-buffer-settle report-test-doc)
  (let* ((cuts (sort (cl-loop repeat 4 collect (random (1+ (length report-test-model)))) #'<))
         (edits (list (list (nth 0 cuts) (min (nth 1 cuts) (+ (nth 0 cuts) 3)) "Rem\n")
                      (list (nth 2 cuts) (min (nth 3 cuts) (+ (nth 2 cuts) 3)) "öte"))))
    (when (< (nth 1 cuts) (nth 2 cuts))
      (let ((ready (mapcar (pcase-lambda (`(,from ,to ,text))
                             (tutti-text-edit (report-test-position from) (report-test-position to) text))
                           edits)))
        (report-test-push edits)
        (unless (report-test-acknowledged-p) (ert-fail "an edit that fits was dropped"))
        (mapc #'report-test-apply (reverse ready))))))

(defun report-test-stretch ()
  "A place, and another one behind it."
  (let ((from (+ (point-min) (random (1+ (- (point-max) (point-min)))))))
    (cons from (min (point-max) (+ from (random 20))))))

(defmacro report-test-commands (&rest forms)
  "FORMS as a vector of (FORM . FUNCTION); FROM and TO are a stretch at random."
  `(vector ,@(mapcar (lambda (form) `(cons ',form (lambda (from to) (ignore from to) ,form))) forms)))

(defvar report-test-kinds
  (report-test-commands
   (insert "abc")
   (insert "é\n👩‍👩‍👧x")
   (dotimes (_ 5) (insert "k"))
   (delete-region from to)
   (erase-buffer)
   (kill-line) (kill-whole-line) (yank) (newline) (open-line 2) (join-line) (transpose-lines 1) (transpose-words 1) (transpose-chars 1)
   (upcase-region from to) (capitalize-word 2) (downcase-region from to)
   (translate-region from to (let ((table (make-string 256 0))) (dotimes (i 256) (aset table i (if (= i ?a) ?b i))) table))
   (subst-char-in-region from to ?b ?d)
   (transpose-regions from (+ from (/ (- to from) 2)) (+ from (/ (- to from) 2)) to)
   (sort-lines nil from to) (reverse-region from to) (delete-duplicate-lines from to) (fill-region from to)
   (indent-rigidly from to 2) (untabify from to) (tabify from to) (delete-trailing-whitespace) (indent-region from to)
   (perform-replace "a" "bb" nil nil nil nil nil (point-min) (point-max))
   (while (re-search-forward "[bk]" nil t) (replace-match "\\&a"))
   (shell-command-on-region from to "rev" nil t)
   (call-process "printf" nil t nil "out\\n")
   (insert-file-contents report-test-file)
   (insert-file-contents report-test-file nil nil nil t)
   (let ((other (generate-new-buffer " other")))
     (with-current-buffer other (insert "abc\nxyz\n"))
     (replace-buffer-contents other)
     (kill-buffer other))
   (delete-rectangle from to) (string-rectangle from to "||") (open-rectangle from to)
   (put-text-property from to 'face 'bold)
   (insert (propertize "prop" 'read-only nil 'invisible t 'field 'x))
   (combine-change-calls from to (goto-char from) (delete-region from to) (insert "combined"))
   (combine-after-change-calls (insert "one") (goto-char (point-min)) (insert "two"))
   (let ((inhibit-modification-hooks t)) (goto-char from) (insert "silent"))
   (let ((inhibit-modification-hooks t)) (subst-char-in-region from to ?a ?A))
   (with-silent-modifications (delete-region from to))
   (progn (insert "loud") (let ((inhibit-modification-hooks t)) (goto-char from) (insert "silent")) (goto-char to) (insert "loud"))
   (atomic-change-group (insert "all"))
   (ignore-errors (atomic-change-group (insert "none") (error "No")))
   (ignore-errors (undo-boundary) (let ((last-command nil)) (undo))) ; unkind packages have spoilt the list
   (progn (narrow-to-region from to) (goto-char (point-min)) (insert "narrow") (delete-char (if (eobp) 0 1)))
   (progn (narrow-to-region from to) (insert "n") (widen) (goto-char (point-min)) (insert "w"))
   (let ((clone (clone-indirect-buffer nil nil)))
     (with-current-buffer clone (goto-char from) (insert "clone") (delete-char -2))
     (kill-buffer clone))
   (let ((bare (make-indirect-buffer (current-buffer) "bare")))
     (with-current-buffer bare (goto-char from) (insert "bare"))
     (kill-buffer bare))
   (progn (funcall (seq-random-elt '(text-mode emacs-lisp-mode fundamental-mode))) (insert "mode"))
   (let ((before-change-functions (cons (lambda (&rest _) (error "Theirs")) before-change-functions))) (ignore-errors (insert "x")))
   (progn (add-hook 'after-change-functions #'report-test-fail nil t) (ignore-errors (insert "failed"))
          (remove-hook 'after-change-functions #'report-test-fail t))
   (progn (add-hook 'after-change-functions #'report-test-meddle nil t) (insert "met")
          (remove-hook 'after-change-functions #'report-test-meddle t))
   (progn (add-hook 'before-change-functions #'report-test-meddle nil t) (insert "met")
          (remove-hook 'before-change-functions #'report-test-meddle t))
   (progn (add-hook 'after-change-functions #'report-test-meddle nil t) (report-test-remote)
          (remove-hook 'after-change-functions #'report-test-meddle t))
   (progn (setq buffer-read-only t) (report-test-remote) (setq buffer-read-only nil))
   (progn (narrow-to-region from to) (report-test-remote))
   (report-test-remote) (report-test-remote) (report-test-remote)
   (insert (unibyte-char-to-multibyte 200))
   (let ((save-silently t) (coding-system-for-write 'utf-8-emacs-unix)) (save-buffer))
   (revert-buffer t t)
   (revert-buffer t t t)
   (progn (insert "typed, then gone") (revert-buffer t t))
   (progn (write-region "of another program\n" nil report-test-file nil 'quiet) (report-test-remote) (revert-buffer t t))
   (ignore-errors (let ((after-insert-file-functions (list (lambda (_) (error "Unreadable")))))
                    (unwind-protect (revert-buffer t t)
                      (buffer-enable-undo)))))
  "What a person, a program or an unkind package does to a buffer.")

(defun report-test-fail (&rest _)
  "A hook that fails."
  (error "Theirs"))

(defun report-test-meddle (&rest _)
  "A hook that changes the text itself."
  (save-excursion
    (goto-char (point-min))
    (insert (if (zerop (random 2)) "m" "mm"))))

(defun report-test-begin (text)
  "Visit a file with TEXT as a document."
  (setq report-test-file (make-temp-file "tutti-report" nil ".txt" text)
        report-test-told nil)
  (let ((buffer (find-file-noselect report-test-file)))
    (switch-to-buffer buffer)
    (tutti-buffer-connect #'report-test-listen)
    (setq report-test-doc (tutti-buffer-attach buffer (tutti-text-uri report-test-file)))))

(defun report-test-end ()
  "Forget document and file."
  (with-current-buffer (tutti-doc-buffer report-test-doc)
    (set-buffer-modified-p nil)
    (kill-buffer))
  (delete-file report-test-file)
  (should-not (tutti-buffer-all)))

(defun report-test-do (round)
  "Command number ROUND, at random."
  (pcase-let* ((`(,form . ,function) (aref report-test-kinds (random (length report-test-kinds))))
               (`(,from . ,to) (report-test-stretch))
               (what (format "round %d: %S" round form)))
    (goto-char from)
    (save-current-buffer
      (condition-case fault
          (funcall function from to)
        ((beginning-of-buffer end-of-buffer buffer-read-only user-error) nil)
        (error (unless (member (cadr fault) '("Don’t have two things to transpose" "Kill ring is empty"))
                 (unless (memq (car fault) '(args-out-of-range search-failed)) (signal (car fault) (list what fault)))))))
    (widen)
    (when (> (random 3) 0) (report-test-check what)) ; else the next is told together with this one
    (while (accept-process-output nil 0)) ; timers
    (when (> (buffer-size) 3000)
      (delete-region 200 (point-max)))))

(defun report-test-run (seed rounds)
  "So many ROUNDS from SEED."
  (random (format "%d" seed))
  (report-test-begin "first\nsécond\n\nfourth line")
  (unwind-protect
      (let ((inhibit-message t) (kill-ring '("killed\ntext")) (make-backup-files nil))
        (dotimes (round rounds) (report-test-do round))
        (report-test-check "all"))
    (report-test-end)))

(ert-deftest report-test-random ()
  (let ((seed (string-to-number (or (getenv "TUTTI_SEED") (format-time-string "%s")))))
    (message "TUTTI_SEED=%d" seed)
    (report-test-run seed 2000)))

(defmacro report-test-with (text &rest body)
  "BODY in a document with TEXT."
  (declare (indent 1))
  `(progn (report-test-begin ,text)
          (report-test-methods)
          (unwind-protect (progn ,@body) (report-test-end))))

(ert-deftest report-test-one-command-is-one-edit ()
  (report-test-with "one\n  two\n"
    (goto-char (point-min))
    (join-line 1)
    (tutti-buffer-settle report-test-doc)
    (should (equal (report-test-methods) '(collab/edit)))
    (dotimes (i 3) (goto-char (1+ i)) (insert "x"))
    (tutti-buffer-settle report-test-doc)
    (should (equal (report-test-methods) '(collab/edit)))
    (report-test-check "three keys")))

(ert-deftest report-test-properties-are-no-edit ()
  (report-test-with "one two\n"
    (put-text-property 1 4 'face 'bold)
    (tutti-buffer-settle report-test-doc)
    (should-not (report-test-methods))))

(ert-deftest report-test-a-reload-is-no-edit ()
  (report-test-with "one\n"
    (insert "typed ")
    (revert-buffer t t)
    (should (equal (report-test-methods) '(collab/edit textDocument/didOpen)))
    (should (= 2 (tutti-link-epoch (tutti-doc-link report-test-doc))))
    (insert "again ")
    (report-test-check "typing after a reload")))

(ert-deftest report-test-a-reload-that-fails-is-no-edit-either ()
  (report-test-with "one\n"
    (insert "typed ")
    (let ((after-insert-file-functions (list (lambda (_) (error "Unreadable")))))
      (ignore-errors (revert-buffer t t)))
    (tutti-buffer-settle report-test-doc)
    (should (equal (report-test-methods) '(collab/edit textDocument/didOpen)))
    (report-test-check "a failed reload")))

(ert-deftest report-test-an-edit-waits-for-running-hooks ()
  (report-test-with "one\n"
    (let ((inhibit-modification-hooks t))
      (report-test-push '((0 0 "remote ")))
      (should (equal (buffer-string) "one\n")))
    (with-timeout (5 (ert-fail "it never came"))
      (while (not (equal (buffer-string) "remote one\n")) (accept-process-output nil 0.01)))
    (should (equal (report-test-methods) '(collab/ack)))))

(ert-deftest report-test-a-stale-edit-is-dropped ()
  (report-test-with "one\n"
    (insert "x") ; not told yet when the edit comes
    (report-test-push '((0 0 "remote ")))
    (should (equal (report-test-methods) '(collab/edit)))
    (should (equal (buffer-string) "xone\n"))))

(ert-deftest report-test-an-edit-that-cannot-be-made-is-answered ()
  (report-test-with "one\n"
    (let ((inhibit-message t)
          (fail (lambda (&rest _) (when (= (point) 1) (error "Theirs")))))
      (add-hook 'before-change-functions fail nil t)
      (report-test-push '((0 1 "remote ") (2 3 "E"))))
    (should (equal (buffer-string) "one\n"))
    (should (equal (report-test-methods) '(collab/edit)))
    (report-test-push '((0 1 "remote ")))
    (should (equal (buffer-string) "remote ne\n"))
    (should (memq #'tutti-buffer--after-change after-change-functions))))

(ert-deftest report-test-bytes-that-are-no-text-are-mended ()
  (report-test-with "one\n"
    (let ((inhibit-message t))
      (insert (unibyte-char-to-multibyte 200))
      (with-timeout (5 (ert-fail "the byte is still there"))
        (while (not (equal (buffer-string) "\ufffdone\n")) (accept-process-output nil 0.01))))
    (should (equal (report-test-methods) '(collab/edit)))
    (report-test-check "mending")))

(ert-deftest report-test-nobody-is-asked ()
  (report-test-with "one\n"
    (write-region "of another program\n" nil report-test-file nil 'quiet)
    (set-file-times report-test-file (time-add nil 1000))
    (cl-letf (((symbol-function 'read-char-choice) (lambda (&rest _) (error "Asked"))))
      (report-test-push '((0 0 "remote "))))
    (should (equal (buffer-string) "remote one\n"))
    (should-not (file-symlink-p (concat (file-name-directory report-test-file) ".#" (file-name-nondirectory report-test-file))))))

(ert-deftest report-test-the-caret-stays-in-its-text ()
  (report-test-with "one two\n"
    (goto-char 5)
    (set-mark 2)
    (activate-mark)
    (report-test-push '((0 0 "longer ") (5 5 "in ")))
    (should (looking-at "tin wo"))
    (should (= (mark) 9))
    (should mark-active)
    (setq report-test-model (buffer-string))
    (report-test-push '((11 11 "here")))
    (should (looking-at "heret"))))

(ert-deftest report-test-undo-leaves-what-others-wrote ()
  (report-test-with "one\n"
    (goto-char 4)
    (insert " typed")
    (undo-boundary)
    (tutti-buffer-settle report-test-doc)
    (report-test-push '((0 0 "remote ") (6 6 "in")))
    (should (equal (buffer-string) "remote one tyinped\n"))
    (let ((inhibit-message t) (last-command nil)) (undo))
    (should (equal (buffer-string) "remote onein\n"))
    (report-test-methods)))

(ert-deftest report-test-a-new-connection-opens-again ()
  (report-test-with "one\n"
    (tutti-buffer-disconnect)
    (insert "typed while nobody was there ")
    (tutti-buffer-settle report-test-doc)
    (should-not (report-test-methods))
    (tutti-buffer-connect #'report-test-listen)
    (should (equal (report-test-methods) '(textDocument/didOpen)))
    (should (= 1 (tutti-link-epoch (tutti-doc-link report-test-doc))))
    (report-test-check "opening")))

(provide 'report-test)
;;; report-test.el ends here
