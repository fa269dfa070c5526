;;; tutti-connection.el --- One server for this Emacs  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; `tutti lsp' on a connection of its own, beside whatever eglot or lsp-mode does
;; in the same buffers.  Started by whoever needs it first; when it dies, it is
;; started again, and every document is opened again with the text that it has.

;;; Code:

(require 'cl-lib)
(require 'eieio)
(require 'jsonrpc)
(require 'tutti-settings)
(require 'tutti-buffer)

(defvar tutti-connection--rpc nil "The `jsonrpc' connection, or nil.")
(defvar tutti-connection--ready nil "Whether the server has been initialized.")
(defvar tutti-connection--waiting nil "Functions to call once it is, newest first.")
(defvar tutti-connection--begun nil "When the server was started last.")
(defvar tutti-connection--failures 0 "How often it died soon after its start.")
(defvar tutti-connection-trouble nil "Why it does not run, in plain words.")

(defconst tutti-connection--soon 10 "Seconds: a server that dies within is a failure.")
(defconst tutti-connection--most-failures 5 "After so many of them it stays dead.")

(defvar tutti-connection-handlers nil
  "What to do with a notification: an alist of method and function of its params.")

(defun tutti-connection-on (method handler)
  "Let HANDLER have the params of each notification METHOD."
  (setf (alist-get method tutti-connection-handlers) handler))

(defun tutti-connection-ready-p ()
  "Whether messages can be sent."
  (and tutti-connection--ready (jsonrpc-running-p tutti-connection--rpc)))

(defun tutti-connection--send (method params)
  "Send the notification METHOD with PARAMS; what cannot be sent is not."
  (when (tutti-connection-ready-p)
    (condition-case fault
        (jsonrpc-notify tutti-connection--rpc method params)
      (error (message "Tutti: %s" (error-message-string fault))))))

(defun tutti-connection-notify (method params)
  "Send the notification METHOD with PARAMS, behind what was typed before it."
  (when (tutti-connection-ready-p)
    (tutti-buffer-settle-all)
    (tutti-connection--send method params)))

(defun tutti-connection--dispatch (_connection method params)
  "Handle the notification METHOD with PARAMS; its fault is said and kept here."
  (let ((handler (alist-get method tutti-connection-handlers)))
    (when handler
      (condition-case fault
          (funcall handler params)
        (error (message "Tutti: %s: %s" method (error-message-string fault)))))))

(defun tutti-connection--refuse (_connection method _params)
  "The server asks METHOD, which is not known here."
  (signal 'jsonrpc-error (list (cons 'jsonrpc-error-code -32601)
                               (cons 'jsonrpc-error-message (format "%s is not known" method)))))

(defun tutti-connection--process ()
  "Start the server."
  (let ((process-adaptive-read-buffering nil) ; every key counts
        (default-directory (expand-file-name "~/")))
    (make-process :name "tutti" :command tutti-command :connection-type 'pipe
                  :coding 'utf-8-emacs-unix :noquery t
                  :stderr (get-buffer-create " *tutti stderr*"))))

(defun tutti-connection--make ()
  "A connection to a new server, without a log of all messages."
  (let ((arguments (list :name "tutti" :process #'tutti-connection--process
                         :notification-dispatcher #'tutti-connection--dispatch
                         :request-dispatcher #'tutti-connection--refuse
                         :on-shutdown #'tutti-connection--gone)))
    (condition-case nil
        (apply #'make-instance 'jsonrpc-process-connection :events-buffer-config '(:size 0) arguments)
      (invalid-slot-name ; before Emacs 30
       (apply #'make-instance 'jsonrpc-process-connection :events-buffer-scrollback-size 0 arguments)))))

(defun tutti-connection--greeting ()
  "Params of initialize."
  (list :processId (emacs-pid)
        :clientInfo (list :name "Emacs" :version emacs-version)
        :rootUri nil
        :capabilities '(:experimental (:collab (:version 1 :edit t :positionEncoding "utf-32")))))

(defun tutti-connection--initialized ()
  "The server is ready for documents."
  (setq tutti-connection--ready t
        tutti-connection-trouble nil)
  (tutti-connection--send 'initialized (make-hash-table))
  (tutti-buffer-connect #'tutti-connection--send)
  (let ((waiting (nreverse tutti-connection--waiting)))
    (setq tutti-connection--waiting nil)
    (mapc #'funcall waiting)))

(defun tutti-connection--failed (why)
  "The server cannot be used: WHY, in plain words."
  (setq tutti-connection-trouble why
        tutti-connection--waiting nil)
  (message "Tutti: %s" why))

(defun tutti-connection--gone (connection)
  "The server of CONNECTION has ended."
  (when (eq connection tutti-connection--rpc)
    (setq tutti-connection--rpc nil
          tutti-connection--ready nil)
    (tutti-buffer-disconnect)
    (if (> (float-time (time-since tutti-connection--begun)) tutti-connection--soon)
        (setq tutti-connection--failures 0)
      (cl-incf tutti-connection--failures))
    (if (>= tutti-connection--failures tutti-connection--most-failures)
        (tutti-connection--failed (format "`%s' ends again and again; *Messages* and ` *tutti stderr*' may say why"
                                          (string-join tutti-command " ")))
      (run-at-time (* 0.2 (1+ tutti-connection--failures)) nil #'tutti-connection--again))))

(defun tutti-connection--again ()
  "Start the server once more if anybody still needs it."
  (when (or (tutti-buffer-all) tutti-connection--waiting)
    (tutti-connection-start #'ignore)))

(defun tutti-connection--begin ()
  "Start the server and greet it."
  (setq tutti-connection--begun (current-time)
        tutti-connection--ready nil
        tutti-connection--rpc (tutti-connection--make))
  (jsonrpc-async-request
   tutti-connection--rpc 'initialize (tutti-connection--greeting)
   :timeout 60
   :success-fn (lambda (_) (tutti-connection--initialized))
   :error-fn (lambda (fault) (tutti-connection--failed (plist-get fault :message)))
   :timeout-fn (lambda () (tutti-connection--failed "the language server does not answer"))))

(defun tutti-connection-start (done)
  "Start the server unless it is there, and call DONE once it is ready."
  (cond ((tutti-connection-ready-p) (funcall done))
        ((and tutti-connection--rpc (jsonrpc-running-p tutti-connection--rpc)) (push done tutti-connection--waiting))
        ((not (executable-find (car tutti-command)))
         (tutti-connection--failed (format "the program `%s' was not found; `tutti-command' names it" (car tutti-command))))
        (t (push done tutti-connection--waiting)
           (tutti-connection--begin))))

(defun tutti-connection-request (method params done &optional refused)
  "Ask the server METHOD with PARAMS, and give DONE the result.
What it refuses is said in the echo area, unless REFUSED, given the name
of the fault, returns non-nil."
  (tutti-connection-start
   (lambda ()
     (tutti-buffer-settle-all) ; it may be about what was typed a moment ago
     (jsonrpc-async-request
      tutti-connection--rpc method (or params (make-hash-table))
      :timeout 120
      :success-fn done
      :error-fn (lambda (fault)
                  (unless (and refused (funcall refused (plist-get (plist-get fault :data) :code)))
                    (message "Tutti: %s" (plist-get fault :message))))
      :timeout-fn (lambda () (message "Tutti: %s was not answered" method))))))

(defun tutti-connection-stop ()
  "End the server, once it has taken everything that was typed."
  (when (tutti-connection-ready-p)
    (let ((connection tutti-connection--rpc))
      (tutti-buffer-settle-all)
      (setq tutti-connection--rpc nil
            tutti-connection--ready nil)
      (tutti-buffer-disconnect)
      (ignore-errors (jsonrpc-request connection 'shutdown nil :timeout 2))
      (ignore-errors (jsonrpc-notify connection 'exit nil)))))

(add-hook 'kill-emacs-hook #'tutti-connection-stop)

(provide 'tutti-connection)
;;; tutti-connection.el ends here
