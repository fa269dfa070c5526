;;; tutti-cursors.el --- Cursors and selections  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Ours go out at most 20 times a second; theirs come in as overlays, which ride
;; on the text until the next word about them.

;;; Code:

(require 'cl-lib)
(require 'tutti-settings)
(require 'tutti-colors)
(require 'tutti-text)
(require 'tutti-buffer)
(require 'tutti-connection)

;; Our own

(defconst tutti-cursors--interval 0.05 "Least seconds between two words about our cursor.")
(defvar tutti-cursors--timer nil "Runs while it is too early for the next.")
(defvar tutti-cursors--due nil "Whether it moved meanwhile.")
(defvar tutti-cursors--last nil "What was told last.")

(defun tutti-cursors--selection ()
  "The selection of the current buffer, or its cursor, as an LSP range."
  (tutti-text-range (if (use-region-p) (mark) (point)) (point)))

(defun tutti-cursors--tell (doc)
  "Tell the server where the cursor in DOC is, unless it knows."
  (let ((where (list (tutti-buffer-uri doc) (tutti-link-epoch (tutti-doc-link doc)) (tutti-cursors--selection))))
    (unless (equal where tutti-cursors--last)
      (setq tutti-cursors--last where)
      (tutti-connection-notify 'collab/cursor (list :textDocument (list :uri (car where))
                                                    :selections (vector (nth 2 where)))))))

(defun tutti-cursors--tell-selected ()
  "Tell the server where the cursor in the selected window is."
  (with-current-buffer (window-buffer)
    (when (and tutti-buffer-doc (tutti-buffer-open-p tutti-buffer-doc))
      (tutti-cursors--tell tutti-buffer-doc))))

(defun tutti-cursors--again ()
  "The time is over: tell what has changed since."
  (setq tutti-cursors--timer nil)
  (when tutti-cursors--due
    (setq tutti-cursors--due nil)
    (tutti-cursors-moved)))

(defun tutti-cursors-moved ()
  "The cursor may have moved: told at once, then after a while."
  (if tutti-cursors--timer
      (setq tutti-cursors--due t)
    (with-demoted-errors "Tutti: %S" (tutti-cursors--tell-selected))
    (setq tutti-cursors--timer (run-at-time tutti-cursors--interval nil #'tutti-cursors--again))))

;; A word about a document that the server is still fetching is lost.
(defvar tutti-cursors--arrived nil "URIs of the documents that the server has.")

(defun tutti-cursors-update (params)
  "A collab/status with PARAMS came in: tell our cursor in what is new there."
  (let ((arrived (cl-loop for document across (plist-get params :documents)
                          unless (equal (plist-get document :state) "fetching") collect (plist-get document :uri))))
    (when (cl-set-difference arrived tutti-cursors--arrived :test #'equal)
      (setq tutti-cursors--last nil)
      (tutti-cursors-moved))
    (setq tutti-cursors--arrived arrived)))

;; Theirs

(defun tutti-cursors--overlay (from to priority &rest properties)
  "An overlay of ours between FROM and TO with PRIORITY and PROPERTIES."
  (let ((overlay (make-overlay from to)))
    (overlay-put overlay 'tutti t)
    (overlay-put overlay 'priority priority)
    (cl-loop for (name value) on properties by #'cddr do (overlay-put overlay name value))
    overlay))

(defun tutti-cursors--mark-selection (from to color)
  "Show that the text between FROM and TO is selected by who has COLOR."
  (unless (= from to)
    (tutti-cursors--overlay (min from to) (max from to) 10 'face (tutti-colors-selection color))))

(defun tutti-cursors--line-end (place)
  "The end of the line of PLACE."
  (save-excursion
    (goto-char place)
    (skip-chars-forward "^\n")
    (point)))

;; The person's own cursor must stay before what is shown at its place.
(defun tutti-cursors--shown (text face)
  "TEXT in FACE, to be shown behind the cursor."
  (propertize text 'face face 'cursor t))

(defun tutti-cursors--mark-cursor (place color)
  "Show the cursor of who has COLOR at PLACE."
  (if (= place (tutti-cursors--line-end place))
      (tutti-cursors--overlay place place 30 'after-string (tutti-cursors--shown " " (tutti-colors-cursor color)))
    (tutti-cursors--overlay place (1+ place) 30 'face (tutti-colors-cursor color))))

(defun tutti-cursors--mark-name (place name color)
  "Show at the end of the line of PLACE the NAME of who has COLOR."
  (let ((end (tutti-cursors--line-end place)))
    (tutti-cursors--overlay end end 20
                            'after-string (concat (tutti-cursors--shown " " nil)
                                                  (propertize (concat " " name " ") 'face (tutti-colors-name color))))))

(defun tutti-cursors--show (cursor)
  "Show CURSOR, all of somebody's selections; the name stands at the first."
  (let ((color (plist-get cursor :color)) (first t))
    (seq-doseq (range (plist-get cursor :selections))
      (let ((from (tutti-text-nearest (plist-get range :start)))
            (place (tutti-text-nearest (plist-get range :end))))
        (tutti-cursors--mark-selection from place color)
        (tutti-cursors--mark-cursor place color)
        (when (and first (eq tutti-name-tag 'eol))
          (tutti-cursors--mark-name place (plist-get cursor :name) color))
        (setq first nil)))))

(defun tutti-cursors-clear ()
  "Show nobody's cursor in this buffer."
  (save-restriction
    (widen)
    (remove-overlays (point-min) (point-max) 'tutti t)))

(defun tutti-cursors-receive (params)
  "A collab/cursors with PARAMS came in: everybody who is in a document."
  (tutti-buffer-draw params
                     (lambda ()
                       (tutti-cursors-clear)
                       (when tutti-show-cursors
                         (mapc #'tutti-cursors--show (plist-get params :cursors))))))

(provide 'tutti-cursors)
;;; tutti-cursors.el ends here
