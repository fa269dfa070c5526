;;; lint.el --- The package, as a packager would look at it  -*- lexical-binding: t; -*-

;;; Commentary:

;; emacs --batch -q -l lint.el FOLDER: the byte compiler, checkdoc and package-lint
;; have nothing to say.  Nothing is written.

;;; Code:

(require 'bytecomp)
(require 'checkdoc)
(require 'package-lint)

(defvar lint-faults 0 "How many there are.")

(defun lint-say (file words)
  "WORDS are about FILE."
  (setq lint-faults (1+ lint-faults))
  (message "%s: %s" (file-name-nondirectory file) words))

(defun lint-compile (file)
  "What the byte compiler says of FILE."
  (let* ((byte-compile-warnings t)
         (scratch (make-temp-file "lint" nil ".elc"))
         (byte-compile-dest-file-function (lambda (_) scratch))
         (byte-compile-log-warning-function (lambda (words &rest _) (lint-say file words))))
    (unless (byte-compile-file file) (lint-say file "cannot be compiled"))
    (delete-file scratch)))

(defun lint-checkdoc (file)
  "What checkdoc says of FILE."
  (let ((checkdoc-create-error-function (lambda (words &rest _) (lint-say file words) nil))
        (checkdoc-spellcheck-documentation-flag nil))
    (with-current-buffer (find-file-noselect file)
      (checkdoc-current-buffer t))))

(defun lint-package (file main)
  "What package-lint says of FILE, which belongs to MAIN."
  (let ((package-lint-main-file main))
    (with-current-buffer (find-file-noselect file)
      (pcase-dolist (`(,line ,_ ,_ ,words) (package-lint-buffer))
        (unless (string-match-p "uninstallable in all released" words) ; it was written before Emacs 28
          (lint-say file (format "%d: %s" line words)))))))

(let* ((folder (file-name-as-directory (expand-file-name (car command-line-args-left))))
       (files (directory-files folder t "\\`tutti.*\\.el\\'")))
  (setq command-line-args-left nil)
  (push folder load-path)
  (dolist (file files)
    (lint-compile file)
    (unless (string-suffix-p "tutti-protocol.el" file) ; generated
      (lint-checkdoc file)
      (lint-package file (expand-file-name "tutti.el" folder))))
  (message "%d files, %d faults" (length files) lint-faults)
  (kill-emacs (if (or (null files) (> lint-faults 0)) 1 0)))

;;; lint.el ends here
