;;; tutti.el --- Work in the same files at the same time  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;; Author: Tutti
;; URL: https://github.com/tutti/tutti
;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1"))
;; Keywords: convenience, comm, tools

;;; Commentary:

;; Tutti makes editors multiplayer.  One person shares a folder and gets a link;
;; others join by it, each in their own editor, and everybody types into the same
;; files, which are real files in a real folder on each machine.
;;
;; Install this folder by M-x package-install-file, and put
;;
;;   (global-tutti-mode 1)
;;
;; into your init file.  Then M-x tutti-share, or M-x tutti-join.  The package is thin: it reports what
;; you type to `tutti lsp' and applies what comes back, beside eglot or lsp-mode.

;;; Code:

(require 'cl-lib)
(require 'subr-x)
(require 'tutti-settings)
(require 'tutti-text)
(require 'tutti-buffer)
(require 'tutti-connection)
(require 'tutti-people)
(require 'tutti-cursors)
(require 'tutti-diagnostics)
(require 'tutti-follow)
(require 'tutti-who)

;; Which buffers take part: real files inside a folder that is linked to a session

(defconst tutti--largest (* 16 1024 1024) "Bytes; a larger file stays private.")

(defvar-local tutti--final-newline nil "What `require-final-newline' was before.")
(put 'tutti--final-newline 'permanent-local t)

(defun tutti--linked-folder (path)
  "The folder linked to a session that PATH is in, or nil."
  (and path (not (file-remote-p path))
       (locate-dominating-file (file-name-directory path) ".tutti/session.json")))

(defun tutti--linked-p (buffer)
  "Whether BUFFER visits a file in a linked folder."
  (let ((path (buffer-file-name buffer)))
    (and path (not (string-match-p "/\\.tutti/" path)) (tutti--linked-folder path))))

(defun tutti--coding-fits-p ()
  "Whether the buffer is saved as UTF-8, or can be."
  (memq (coding-system-base (or buffer-file-coding-system 'undecided))
        '(utf-8 utf-8-with-signature prefer-utf-8 undecided us-ascii utf-8-auto utf-8-emacs)))

(defun tutti--obstacle (path)
  "Why the current buffer, which visits PATH, has to stay private, or nil."
  (cond ((buffer-base-buffer) "is shown in an indirect buffer")
        ((not (tutti--linked-folder path)) "is a symbolic link out of the shared folder")
        ((> (buffer-size) tutti--largest) "is larger than 16 MiB")
        ((or (not enable-multibyte-characters) (not (tutti--coding-fits-p))) "is not UTF-8")
        ((tutti-text-foreign-p (tutti-text-all)) "holds bytes that are no text")
        ((tutti-buffer-find (tutti-text-uri path)) "is open in another buffer")))

(defun tutti--prepare ()
  "Let saving write what everybody has: UTF-8, and no newline of its own.
The newline at the end is the file's, not the editor's taste."
  (unless (eq (coding-system-base (or buffer-file-coding-system 'undecided)) 'utf-8-with-signature)
    (setq buffer-file-coding-system
          (coding-system-change-text-conversion (or buffer-file-coding-system 'undecided) 'utf-8)))
  (setq tutti--final-newline (list require-final-newline))
  (setq-local require-final-newline nil))

(defvar tutti-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map [remap undo] '(menu-item "" tutti-undo :filter tutti--undo-key))
    (define-key map [remap undo-only] '(menu-item "" tutti-undo :filter tutti--undo-key))
    (define-key map [remap undo-redo] '(menu-item "" tutti-redo :filter tutti--undo-key))
    map)
  "Keys of shared buffers.")

(defun tutti--undo-key (command)
  "COMMAND, when the undo keys are to be ours; see `tutti-undo-keys'."
  (and tutti-undo-keys tutti-buffer-doc (tutti-buffer-open-p tutti-buffer-doc) command))

(put 'tutti-mode 'permanent-local t)

;;;###autoload
(define-minor-mode tutti-mode
  "Type in this file together with others.
Turned on by `global-tutti-mode' in every file of a folder that is linked to a
session.  \\<tutti-mode-map>Undo takes back one's own work only; see `tutti-undo-keys'."
  :lighter (:eval (tutti-people-mode-line))
  :keymap tutti-mode-map
  (if tutti-mode (tutti--enter) (tutti--exit)))

(defun tutti--enter ()
  "Let the current buffer take part, or say why not."
  (let* ((path (and buffer-file-name (file-truename buffer-file-name)))
         (obstacle (if (tutti--linked-p (current-buffer)) (tutti--obstacle path) "is in no shared folder")))
    (cond (tutti-buffer-doc)
          (obstacle (setq tutti-mode nil)
                    (message "Tutti: %s %s, and is not shared" (if path (abbreviate-file-name path) (buffer-name)) obstacle))
          (t (tutti--prepare)
             (add-hook 'post-command-hook #'tutti-cursors-moved)
             (tutti-buffer-attach (current-buffer) (tutti-text-uri path))
             (tutti-diagnostics-watch)
             (tutti-connection-start #'ignore)))))

(defun tutti--exit ()
  "Let the current buffer not take part any more."
  (when tutti-buffer-doc
    (tutti-buffer-detach tutti-buffer-doc)
    (tutti-cursors-clear)
    (tutti-diagnostics-clear)
    (setq-local require-final-newline (car tutti--final-newline)))
  (unless (tutti-buffer-all)
    (remove-hook 'post-command-hook #'tutti-cursors-moved)))

(defun tutti--consider ()
  "Let the current buffer take part when its folder is shared."
  (when (and (not tutti-mode) (not (buffer-base-buffer)) (tutti--linked-p (current-buffer)))
    (tutti-mode 1)))

(defun tutti--consider-all ()
  "Let all buffers of shared folders take part."
  (dolist (buffer (buffer-list))
    (with-current-buffer buffer
      (tutti--consider))))

(defun tutti--renamed ()
  "The buffer visits another file now."
  (when tutti-mode (tutti-mode -1))
  (tutti--consider))

;;;###autoload
(define-minor-mode global-tutti-mode
  "Take part wherever a file of a folder that is linked to a session is open."
  :global t
  :group 'tutti
  (pcase-dolist (`(,hook ,function) '((find-file-hook tutti--consider)
                                      (after-save-hook tutti--consider)
                                      (after-set-visited-file-name-hook tutti--renamed)))
    (if global-tutti-mode (add-hook hook function 90) (remove-hook hook function)))
  (when global-tutti-mode (tutti--consider-all)))

;; Commands

(defun tutti--folder ()
  "The shared folder of this buffer, or its project's, or its own."
  (expand-file-name (or (tutti--linked-folder (or buffer-file-name default-directory)) default-directory)))

(defun tutti--give-link (result words)
  "Put the link of RESULT into the kill ring, and say WORDS."
  (kill-new (plist-get result :link))
  (message "Tutti: %s The link is in the kill ring, give it to whom you trust:\n%s" words (plist-get result :link)))

(defun tutti--share (folder words)
  "Share FOLDER; WORDS say that it has worked."
  (tutti-connection-request
   'collab/share (append (list :folder (directory-file-name (expand-file-name folder)))
                         (and tutti-name (list :name tutti-name))
                         (and tutti-hub (list :hub tutti-hub)))
   (lambda (result)
     (global-tutti-mode 1)
     (tutti--give-link result words))))

;;;###autoload
(defun tutti-share (folder)
  "Share FOLDER and put a link for others into the kill ring.
Whoever has the link can edit."
  (interactive (list (read-directory-name "Share folder: " (tutti--folder) nil t)))
  (tutti--share folder "shared."))

;;;###autoload
(defun tutti-copy-link ()
  "Put a link to the session of this folder into the kill ring."
  (interactive)
  (unless (tutti--linked-folder (or buffer-file-name default-directory))
    (user-error "This folder is in no session; `tutti-share' shares it"))
  (tutti--share (tutti--folder) "copied."))

;;;###autoload
(defun tutti-join (link &optional folder)
  "Join the session of LINK; its files come into FOLDER.
Without FOLDER: a new one in your home folder, with the session's name."
  (interactive
   (list (string-trim (read-string "Link: " (let ((kill (ignore-errors (current-kill 0 t))))
                                              (and kill (string-match-p "\\`[[:space:]]*https?://[^[:space:]]+#" kill)
                                                   (string-trim kill)))))
         (let ((folder (read-directory-name "Into folder (empty: named after the session): " "~/" "")))
           (unless (member (file-name-as-directory (expand-file-name folder)) (list (expand-file-name "~/") "/"))
             folder))))
  (tutti--join (append (list :link link)
                       (and folder (list :folder (directory-file-name (expand-file-name folder))))
                       (and tutti-name (list :name tutti-name)))))

(defun tutti--join (params)
  "Join with PARAMS, and with the password of the link, if it has one."
  (tutti-connection-request
   'collab/join params
   (lambda (result)
     (global-tutti-mode 1)
     (let ((folder (plist-get result :folder))
           (arriving (eq (plist-get result :arriving) t)))
       (message "Tutti: joined. The files are %s %s" (if arriving "coming into" "in") folder)
       (when (file-directory-p folder)
         (dired folder)
         (when arriving (auto-revert-mode 1)))))
   (lambda (code)
     (when (and (equal code "password_required") (not (plist-get params :password)))
       (run-at-time 0 nil (lambda ()
                            (tutti--join (append params (list :password (read-passwd "Password of the link: "))))))))))

;;;###autoload
(defun tutti-leave ()
  "Leave the session for good.  The files stay as they are."
  (interactive)
  (tutti-connection-request
   'collab/leave nil
   (lambda (_)
     (dolist (doc (tutti-buffer-all))
       (with-current-buffer (tutti-doc-buffer doc) (tutti-mode -1)))
     (tutti-follow-stop)
     (tutti-people-clear)
     (message "Tutti: left the session. The files stay as they are"))))

;;;###autoload
(defun tutti-status ()
  "Say how the connection, the files and the people are."
  (interactive)
  (message "%s%s" (if tutti-connection-trouble (format "Tutti: %s\n" tutti-connection-trouble) "") (tutti-people-report)))

;; The change itself comes as an edit like any other; what others wrote stays.
(defun tutti--turn-back (method nothing)
  "Ask for METHOD, an undo or redo, in this buffer; NOTHING: words for none."
  (unless (and tutti-buffer-doc (tutti-buffer-open-p tutti-buffer-doc))
    (user-error "This buffer is not shared"))
  (barf-if-buffer-read-only)
  (tutti-connection-request
   method (list :textDocument (list :uri (tutti-buffer-uri tutti-buffer-doc)))
   (lambda (result)
     (unless (eq (plist-get result :applied) t)
       (message "Tutti: %s" nothing)))))

;;;###autoload
(defun tutti-undo (&optional count)
  "Take back your own last edits in this file, COUNT times.
What others wrote stays."
  (interactive "p")
  (dotimes (_ (or count 1))
    (tutti--turn-back 'collab/undo "there is nothing of yours to undo")))

;;;###autoload
(defun tutti-redo (&optional count)
  "Bring back what `tutti-undo' took away, COUNT times."
  (interactive "p")
  (dotimes (_ (or count 1))
    (tutti--turn-back 'collab/redo "there is nothing of yours to redo")))

;; What the server says

(defun tutti--show-turned-back (doc edits cause)
  "Take the person to the place in DOC that EDITS changed, if an undo is the CAUSE."
  (when (and cause edits (eq (window-buffer) (tutti-doc-buffer doc)))
    (with-current-buffer (tutti-doc-buffer doc)
      (goto-char (tutti-text-nearest (plist-get (plist-get (car edits) :range) :start)))
      (set-window-point nil (point)))))

(defun tutti--update (params)
  "A collab/status with PARAMS came in."
  (tutti-people-update params)
  (tutti-cursors-update params))

(defun tutti--show-message (params)
  "Say what the server has to say, PARAMS."
  (message "Tutti: %s" (plist-get params :message)))

(add-hook 'tutti-buffer-applied-functions #'tutti--show-turned-back)
(setq tutti-follow-open-function
      (lambda (path)
        (let ((buffer (find-file-noselect path)))
          (with-current-buffer buffer (tutti--consider))
          buffer)))

(tutti-connection-on 'collab/edit #'tutti-buffer-receive-edit)
(tutti-connection-on 'collab/resync #'tutti-buffer-receive-resync)
(tutti-connection-on 'collab/cursors #'tutti-cursors-receive)
(tutti-connection-on 'collab/diagnostics #'tutti-diagnostics-receive)
(tutti-connection-on 'collab/presence #'tutti-people-presence)
(tutti-connection-on 'collab/status #'tutti--update)
(tutti-connection-on 'collab/reveal #'tutti-follow-receive)
(tutti-connection-on 'window/showMessage #'tutti--show-message)

(provide 'tutti)
;;; tutti.el ends here
