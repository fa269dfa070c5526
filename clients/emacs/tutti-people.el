;;; tutti-people.el --- Who is here, and how things stand  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; What the server said last; the mode line, the list of participants and the
;; commands read it.

;;; Code:

(require 'cl-lib)
(require 'seq)
(require 'subr-x)
(require 'tutti-settings)
(require 'tutti-text)

(defvar tutti-people-here nil "Participants of the last collab/presence.")
(defvar tutti-people-status nil "Params of the last collab/status.")
(defvar tutti-people--known nil "Whether anything was heard in this session.")
(defvar tutti-people-changed-hook nil "Run when anything of it changes.")

(defun tutti-people--names (people)
  "The names of PEOPLE."
  (mapcar (lambda (person) (plist-get person :name)) people))

(defun tutti-people--absent (people others)
  "Those of PEOPLE who are not among OTHERS."
  (cl-set-difference people others :test #'equal :key (lambda (person) (plist-get person :id))))

(defun tutti-people--announce (before now)
  "Say who came and who went between BEFORE and NOW."
  (when tutti-announce-people
    (let ((came (tutti-people--absent now before)) (went (tutti-people--absent before now)))
      (when came (message "Tutti: %s came" (string-join (tutti-people--names came) ", ")))
      (when went (message "Tutti: %s left" (string-join (tutti-people--names went) ", "))))))

(defun tutti-people--changed ()
  "Let every view of people be of the present ones."
  (run-hooks 'tutti-people-changed-hook)
  (force-mode-line-update t))

(defun tutti-people-presence (params)
  "A collab/presence with PARAMS came in."
  (let ((now (append (plist-get params :participants) nil)))
    (when tutti-people--known (tutti-people--announce tutti-people-here now))
    (setq tutti-people-here now
          tutti-people--known t)
    (tutti-people--changed)))

(defun tutti-people-update (params)
  "A collab/status with PARAMS came in."
  (setq tutti-people-status params)
  (tutti-people--changed))

(defun tutti-people-clear ()
  "Nobody is here."
  (setq tutti-people-here nil tutti-people-status nil tutti-people--known nil)
  (tutti-people--changed))

(defun tutti-people-named (name)
  "The participant of that NAME."
  (seq-find (lambda (person) (equal (plist-get person :name) name)) tutti-people-here))

(defun tutti-people-with-id (id)
  "The participant of that ID."
  (seq-find (lambda (person) (equal (plist-get person :id) id)) tutti-people-here))

(defun tutti-people-ask (prompt)
  "Ask with PROMPT for a participant; the only one is taken unasked."
  (unless tutti-people-here (user-error "Nobody else is here"))
  (if (cdr tutti-people-here)
      (tutti-people-named (completing-read prompt (tutti-people--names tutti-people-here) nil t))
    (car tutti-people-here)))

(defun tutti-people-activity (person)
  "What PERSON does, in one word or a few."
  (cond ((plist-get person :activity))
        ((eq (plist-get person :typing) t) "typing")
        (t (plist-get person :status))))

;; Words about it

(defun tutti-people-in-session-p ()
  "Whether this workspace is in a session."
  (and (plist-get tutti-people-status :session) t))

(defun tutti-people--words (document)
  "How DOCUMENT of a status stands, in the words that a person would use."
  (pcase (plist-get document :state)
    ("pending" (format "%d pending" (plist-get document :pending)))
    ("unsaved" "not saved on the hub")
    (state state)))

(defun tutti-people--document-here ()
  "The document of the current buffer, as the server last said."
  (and buffer-file-name
       (seq-find (lambda (document) (equal (tutti-text-path (plist-get document :uri)) buffer-file-name))
                 (plist-get tutti-people-status :documents))))

(defun tutti-people-mode-line ()
  "A short text for the mode line.
It says who is here, how this buffer's file stands, and what of
other files is not safe yet."
  (let* ((connection (plist-get tutti-people-status :connection))
         (pending (or (plist-get tutti-people-status :pending) 0))
         (online (equal connection "online"))
         (here (and online (tutti-people--document-here)))
         (told (equal (plist-get here :state) "pending")))
    (concat " Tutti"
            (cond ((not (tutti-people-in-session-p)) "")
                  (online (format ":%d" (1+ (length tutti-people-here))))
                  (t (concat ":" connection)))
            (if (and (> pending 0) (not told)) (format "+%d" pending) "")
            (if (and here (tutti-people-in-session-p)) (concat " " (tutti-people--words here)) ""))))

(defun tutti-people--document-line (document)
  "One line about DOCUMENT of a status."
  (let ((pending (plist-get document :pending)) (state (plist-get document :state)))
    (format "  %s  %s%s" (abbreviate-file-name (tutti-text-path (plist-get document :uri))) (tutti-people--words document)
            (if (and (> pending 0) (not (equal state "pending"))) (format " (%d)" pending) ""))))

(defun tutti-people--person-line (person)
  "One line about PERSON."
  (string-join (delq nil (list (concat "  " (plist-get person :name)) (plist-get person :role)
                               (plist-get person :file) (tutti-people-activity person)))
               "  "))

(defun tutti-people-report ()
  "How things stand, as a text of some lines."
  (if (not (tutti-people-in-session-p))
      "Tutti: not in a session"
    (let* ((status tutti-people-status) (session (plist-get status :session)) (words (plist-get status :message)))
      (string-join
       `(,(format "Tutti: %s in %s, as %s; %d pending" (plist-get status :connection) (plist-get session :name)
                  (plist-get session :role) (plist-get status :pending))
         ,@(and words (list words))
         ,@(mapcar #'tutti-people--document-line (plist-get status :documents))
         ,(cond ((null tutti-people-here) "Nobody else is here")
                ((equal (plist-get status :connection) "online") "Here with you:")
                (t "Here when last heard of:"))
         ,@(mapcar #'tutti-people--person-line tutti-people-here))
       "\n"))))

(provide 'tutti-people)
;;; tutti-people.el ends here
