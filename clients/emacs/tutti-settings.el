;;; tutti-settings.el --- What a person may set  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; The only place of settings.  Each has a default; none has to be set.

;;; Code:

(defgroup tutti nil
  "Work in the same files at the same time, from any editor."
  :group 'tools
  :prefix "tutti-")

(defcustom tutti-command '("tutti" "lsp")
  "How the language server is started: program and arguments."
  :type '(repeat string))

(defcustom tutti-name nil
  "The name that others see; nil: as `tutti' is configured, or the system's.
Counts from the next `tutti-share' or `tutti-join' on.  A team's hub calls
those who have a token of its own as its operator does."
  :type '(choice (const :tag "As configured" nil) string))

(defcustom tutti-hub nil
  "URL of the hub that `tutti-share' uses; nil: as `tutti' is configured."
  :type '(choice (const :tag "As configured" nil) string))

(defcustom tutti-undo-keys t
  "Non-nil means the undo keys of shared buffers take back one's own work only.
Emacs's own undo leaves others' text alone too; but it knows nothing of what
was typed before the file was opened here, or in another editor."
  :type 'boolean)

(defcustom tutti-show-cursors t
  "Non-nil means the cursors and selections of others are shown."
  :type 'boolean)

(defcustom tutti-name-tag 'eol
  "Where the name of a participant stands: at the end of their line, or nowhere."
  :type '(choice (const eol) (const none)))

(defcustom tutti-announce-people t
  "Non-nil means the echo area says who comes and who goes."
  :type 'boolean)

(defcustom tutti-colors
  '("#c2410c" "#0e7490" "#7e22ce" "#15803d" "#be123c" "#1d4ed8" "#a16207" "#0f766e"
    "#a21caf" "#4d7c0f" "#4338ca" "#b91c1c" "#0369a1" "#6d28d9" "#9d174d" "#047857")
  "Sixteen colors, the same in every editor; each participant has one of them.
White letters must be legible on them."
  :type '(repeat color))

(defface tutti-name '((t :weight bold :height 0.9))
  "The flag with a participant's name, on their color.")

(provide 'tutti-settings)
;;; tutti-settings.el ends here
