;;; tutti-text.el --- Places and texts as messages have them  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; A column counts characters of the line: Emacs buffers count the same, so the
;; link speaks utf-32.  Everything here is about the current buffer, widened.

;;; Code:

(require 'subr-x)
(require 'url-util)

(defconst tutti-text--foreign "[^\x0-\ud7ff\ue000-\U0010ffff]"
  "Matches what Emacs can hold and a text cannot: raw bytes and surrogates.")

(defun tutti-text-foreign-p (text)
  "Whether something is in TEXT that no other editor could show."
  (string-match-p tutti-text--foreign text))

(defun tutti-text-clean (text)
  "TEXT with U+FFFD for what is no character, so that places stay the same."
  (if (tutti-text-foreign-p text)
      (replace-regexp-in-string tutti-text--foreign "\ufffd" text t t)
    text))

(defun tutti-text-mend ()
  "Put U+FFFD for what is no character into the buffer itself."
  (save-excursion
    (goto-char (point-min))
    (while (re-search-forward tutti-text--foreign nil t)
      (replace-match "\ufffd" t t))))

(defun tutti-text-all ()
  "The whole text of the buffer."
  (save-restriction
    (widen)
    (buffer-substring-no-properties (point-min) (point-max))))

(defun tutti-text-position (place)
  "PLACE as an LSP position."
  (save-excursion
    (save-restriction
      (widen)
      (goto-char place)
      (forward-line 0)
      (list :line (1- (line-number-at-pos)) :character (- place (point))))))

(defun tutti-text-beyond (position from to)
  "The LSP position of TO, were FROM at POSITION."
  (save-restriction
    (widen)
    (let ((lines (- (line-number-at-pos to) (line-number-at-pos from))))
      (if (zerop lines)
          (list :line (plist-get position :line) :character (+ (plist-get position :character) (- to from)))
        (list :line (+ (plist-get position :line) lines) :character (plist-get (tutti-text-position to) :character))))))

(defun tutti-text-nearest (position)
  "The place of the LSP POSITION, or the nearest that there is."
  (save-excursion
    (save-restriction
      (widen)
      (goto-char (point-min))
      (when (zerop (forward-line (plist-get position :line)))
        (skip-chars-forward "^\n" (min (point-max) (+ (point) (plist-get position :character)))))
      (point))))

(defun tutti-text-place (position)
  "The place of the LSP POSITION; an error when the buffer has none."
  (let ((place (tutti-text-nearest position)))
    (unless (equal (tutti-text-position place)
                   (list :line (plist-get position :line) :character (plist-get position :character)))
      (error "Place outside the buffer: %S" position))
    place))

(defun tutti-text-range (from to)
  "The LSP range between the places FROM and TO."
  (list :start (tutti-text-position from) :end (tutti-text-position to)))

(defun tutti-text-edit (from to text)
  "An LSP edit: TEXT for what was between the LSP positions FROM and TO."
  (list :range (list :start from :end to) :newText text))

(defun tutti-text-whole-edit (text)
  "An edit from any text to TEXT; the server cuts it to what differs."
  (tutti-text-edit '(:line 0 :character 0) '(:line 2147483647 :character 0) text))

(defun tutti-text-uri (path)
  "The URI of the file PATH, which is absolute."
  (concat "file://" (url-hexify-string path (cons ?/ url-unreserved-chars))))

(defun tutti-text-path (uri)
  "The path of the file URI."
  (decode-coding-string (url-unhex-string (string-remove-prefix "file://" uri)) 'utf-8))

(provide 'tutti-text)
;;; tutti-text.el ends here
