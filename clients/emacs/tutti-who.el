;;; tutti-who.el --- The list of participants  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; One line for each, always up to date; keys to follow and to go there.

;;; Code:

(require 'tabulated-list)
(require 'tutti-colors)
(require 'tutti-people)
(require 'tutti-follow)

(defconst tutti-who--buffer "*tutti people*" "Name of the list's buffer.")

(defun tutti-who--person ()
  "The participant at point."
  (or (tutti-people-with-id (tabulated-list-get-id))
      (user-error "Nobody is on this line")))

(defun tutti-who-follow ()
  "Follow the participant at point, in the other window, until the next key."
  (interactive)
  (let ((person (tutti-who--person)))
    (select-window (or (get-mru-window nil nil t) (split-window)))
    (tutti-follow person)))

(defun tutti-who-reveal ()
  "Go where the participant at point is, in the other window."
  (interactive)
  (let ((person (tutti-who--person)))
    (select-window (or (get-mru-window nil nil t) (split-window)))
    (tutti-reveal person)))

(defvar tutti-who-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") #'tutti-who-reveal)
    (define-key map (kbd "f") #'tutti-who-follow)
    map)
  "Keys of the list of participants.")

(define-derived-mode tutti-who-mode tabulated-list-mode "Tutti people"
  "The participants: \\<tutti-who-mode-map>\\[tutti-who-follow] follows, \\[tutti-who-reveal] goes there."
  (setq tabulated-list-format [("Name" 20 t) ("Status" 10 t) ("Role" 8 t) ("File" 0 t)]
        tabulated-list-sort-key '("Name" . nil))
  (add-hook 'tabulated-list-revert-hook #'tutti-who--fill nil t)
  (tabulated-list-init-header))

(defun tutti-who--status (person)
  "What is said about PERSON's doing."
  (if (equal (plist-get person :id) (plist-get tutti-follow-whom :id))
      "followed"
    (or (tutti-people-activity person) "")))

(defun tutti-who--entry (person)
  "The line of PERSON."
  (list (plist-get person :id)
        (vector (propertize (format " %s " (plist-get person :name)) 'font-lock-face (tutti-colors-name (plist-get person :color)))
                (tutti-who--status person)
                (plist-get person :role)
                (or (plist-get person :file) ""))))

(defun tutti-who--fill ()
  "Take the participants as they are now."
  (setq tabulated-list-entries (mapcar #'tutti-who--entry tutti-people-here)))

(defun tutti-who--refresh ()
  "Bring the list up to date where it is shown."
  (let ((buffer (get-buffer tutti-who--buffer)))
    (when buffer
      (with-current-buffer buffer
        (tutti-who--fill)
        (tabulated-list-print t)))))

(add-hook 'tutti-people-changed-hook #'tutti-who--refresh)

;;;###autoload
(defun tutti-who ()
  "Show who is here, and where."
  (interactive)
  (with-current-buffer (get-buffer-create tutti-who--buffer)
    (unless (derived-mode-p 'tutti-who-mode) (tutti-who-mode))
    (tutti-who--fill)
    (tabulated-list-print)
    (pop-to-buffer (current-buffer))))

(provide 'tutti-who)
;;; tutti-who.el ends here
