;;; tutti-follow.el --- Go where somebody goes  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Until the next key.  To go there only once is to follow until the place is
;; seen: a file that is not open here yet is shown from its beginning first.

;;; Code:

(require 'tutti-text)
(require 'tutti-buffer)
(require 'tutti-connection)
(require 'tutti-people)

(defvar tutti-follow-whom nil "The participant who is followed, or nil.")
(defvar tutti-follow--once nil "Whether to stop as soon as the place is seen.")
(defvar tutti-follow-open-function #'find-file-noselect "Opens a file that is to be shown.")

(defun tutti-follow--listen ()
  "Stop at the next key."
  (add-hook 'pre-command-hook #'tutti-follow--key))

(defun tutti-follow--begin (person once)
  "Follow PERSON, only ONCE or until a key."
  (setq tutti-follow-whom person
        tutti-follow--once once)
  (run-at-time 0 nil #'tutti-follow--listen) ; behind the command that asks for it
  (tutti-connection-request
   'collab/follow (list :participant (plist-get person :id))
   (lambda (_)
     (unless once (message "Tutti: following %s; any key stops" (plist-get person :name))))))

(defun tutti-follow-stop ()
  "Follow nobody any more."
  (when tutti-follow-whom
    (remove-hook 'pre-command-hook #'tutti-follow--key)
    (setq tutti-follow-whom nil)
    (tutti-connection-request 'collab/follow nil #'ignore)
    (run-hooks 'tutti-people-changed-hook)))

(defun tutti-follow--key ()
  "A key was pressed."
  (let ((told (and (not tutti-follow--once) (plist-get tutti-follow-whom :name))))
    (tutti-follow-stop)
    (when told (message "Tutti: not following %s any more" told))))

;;;###autoload
(defun tutti-follow (person)
  "Go along with PERSON, across files, until the next key."
  (interactive (list (tutti-people-ask "Follow: ")))
  (tutti-follow--begin person nil)
  (run-hooks 'tutti-people-changed-hook))

;;;###autoload
(defun tutti-reveal (person)
  "Go where PERSON is."
  (interactive (list (tutti-people-ask "Go to: ")))
  (tutti-follow--begin person t))

(defun tutti-follow--show (buffer range)
  "Show RANGE of BUFFER in the selected window."
  (unless (eq (window-buffer) buffer)
    (switch-to-buffer buffer nil t))
  (with-current-buffer buffer
    (goto-char (tutti-text-nearest (plist-get range :end)))
    (set-window-point nil (point))
    (unless (pos-visible-in-window-p)
      (recenter))))

(defun tutti-follow-receive (params)
  "A collab/reveal with PARAMS came in: show it."
  (when (and tutti-follow-whom (not (active-minibuffer-window)))
    (let* ((uri (plist-get (plist-get params :textDocument) :uri))
           (known (tutti-buffer-find uri))
           (buffer (if known (tutti-doc-buffer known) (funcall tutti-follow-open-function (tutti-text-path uri)))))
      (tutti-follow--show buffer (plist-get params :range))
      (when (and known tutti-follow--once)
        (tutti-follow-stop)))))

(provide 'tutti-follow)
;;; tutti-follow.el ends here
