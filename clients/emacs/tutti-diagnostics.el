;;; tutti-diagnostics.el --- What language servers say  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; What flymake has found here, from whatever backend, is offered to others; what
;; others' tools say is underlined, and said with the reporter's name where point
;; or the mouse is.

;;; Code:

(require 'cl-lib)
(require 'tutti-buffer)
(require 'tutti-connection)
(require 'tutti-text)

(declare-function flymake-diagnostics "flymake" (&optional beg end))
(declare-function flymake-diagnostic-beg "flymake" (diagnostic))
(declare-function flymake-diagnostic-end "flymake" (diagnostic))
(declare-function flymake-diagnostic-type "flymake" (diagnostic))
(declare-function flymake-diagnostic-text "flymake" (diagnostic))

(defconst tutti-diagnostics--most 256 "So many of a file are told.")
(defvar-local tutti-diagnostics--told nil "What was told last, with the epoch.")
(defvar tutti-diagnostics--timer nil "Looks for what is new: flymake tells nobody.")

(defface tutti-diagnostic '((t :underline (:style wave)))
  "Text of which somebody's tools report something."
  :group 'tutti)

;; Our own

(defun tutti-diagnostics--severity (type)
  "The severity of flymake's TYPE."
  (cond ((memq type '(:error eglot-error)) "error")
        ((memq type '(:warning eglot-warning)) "warning")
        (t "information")))

(defun tutti-diagnostics--finding (diagnostic)
  "DIAGNOSTIC of flymake as a message has it."
  (list :range (list :start (tutti-text-position (flymake-diagnostic-beg diagnostic))
                     :end (tutti-text-position (flymake-diagnostic-end diagnostic)))
        :severity (tutti-diagnostics--severity (flymake-diagnostic-type diagnostic))
        :message (truncate-string-to-width (flymake-diagnostic-text diagnostic) 250)))

(defun tutti-diagnostics--own ()
  "What flymake has found in this buffer."
  (save-restriction
    (widen)
    (vconcat (mapcar #'tutti-diagnostics--finding
                     (seq-take (flymake-diagnostics) tutti-diagnostics--most)))))

(defun tutti-diagnostics--tell (doc)
  "Tell what is new of DOC."
  (let ((now (cons (tutti-link-epoch (tutti-doc-link doc)) (tutti-diagnostics--own))))
    (unless (or (equal now tutti-diagnostics--told)
                (and (null tutti-diagnostics--told) (seq-empty-p (cdr now))))
      (setq tutti-diagnostics--told now)
      (tutti-connection-notify 'collab/diagnostics
                               (list :textDocument (list :uri (tutti-buffer-uri doc)) :diagnostics (cdr now))))))

(defun tutti-diagnostics-look ()
  "Tell what flymake has found since, in all documents."
  (with-demoted-errors "Tutti: %S"
    (dolist (doc (tutti-buffer-all))
      (with-current-buffer (tutti-doc-buffer doc)
        (when (and (bound-and-true-p flymake-mode) (tutti-buffer-open-p doc))
          (tutti-diagnostics--tell doc))))))

(defun tutti-diagnostics-watch ()
  "Look from now on, also in this buffer."
  (unless tutti-diagnostics--timer
    (setq tutti-diagnostics--timer (run-at-time 1 1 #'tutti-diagnostics-look)))
  (add-hook 'eldoc-documentation-functions #'tutti-diagnostics--eldoc nil t))

;; Theirs

(defun tutti-diagnostics--words (finding)
  "FINDING in words, with its reporter's name."
  (format "%s: %s" (plist-get finding :name) (plist-get finding :message)))

(defun tutti-diagnostics--show (finding)
  "Underline FINDING."
  (let* ((range (plist-get finding :range))
         (from (tutti-text-nearest (plist-get range :start)))
         (to (tutti-text-nearest (plist-get range :end)))
         (overlay (make-overlay from (max to (min (1+ from) (point-max))))))
    (overlay-put overlay 'tutti-diagnostic t)
    (overlay-put overlay 'face 'tutti-diagnostic)
    (overlay-put overlay 'help-echo (tutti-diagnostics--words finding))))

(defun tutti-diagnostics--eldoc (&rest _)
  "What others' tools say of the text at point."
  (let ((words (cl-loop for overlay in (overlays-at (point))
                        when (overlay-get overlay 'tutti-diagnostic) collect (overlay-get overlay 'help-echo))))
    (and words (string-join words "\n"))))

(defun tutti-diagnostics-clear ()
  "Show nothing of it in this buffer."
  (save-restriction
    (widen)
    (remove-overlays (point-min) (point-max) 'tutti-diagnostic t)))

(defun tutti-diagnostics-receive (params)
  "A collab/diagnostics with PARAMS came in: what others' tools say of a document."
  (tutti-buffer-draw params
                     (lambda ()
                       (tutti-diagnostics-clear)
                       (mapc #'tutti-diagnostics--show (plist-get params :diagnostics)))))

(provide 'tutti-diagnostics)
;;; tutti-diagnostics.el ends here
