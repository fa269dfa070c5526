;;; tutti-colors.el --- A color for everybody  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; A cursor and a name are white on the participant's color, on any background;
;; a selection is the background with a touch of the color, so that the text in
;; it keeps its own colors and the cursor at its end is seen.

;;; Code:

(require 'cl-lib)
(require 'color)
(require 'tutti-settings)

(defun tutti-colors--of (index)
  "The color number INDEX."
  (nth (mod (or index 0) (length tutti-colors)) tutti-colors))

(defun tutti-colors--background ()
  "What is behind the text, as red, green and blue from 0 to 1."
  (let ((shown (face-background 'default nil t)))
    (or (and shown (not (string-prefix-p "unspecified" shown)) (color-name-to-rgb shown))
        (if (eq (frame-parameter nil 'background-mode) 'dark) '(0.1 0.1 0.1) '(1.0 1.0 1.0)))))

(defun tutti-colors--hex-rgb (hex)
  "Red, green and blue of HEX from 0 to 1, not rounded to a terminal's colors."
  (mapcar (lambda (at) (/ (string-to-number (substring hex at (+ at 2)) 16) 255.0)) '(1 3 5)))

(defun tutti-colors--tint (hex part)
  "The color HEX mixed with the background: a PART of 1 is all of it."
  (apply #'color-rgb-to-hex
         (append (cl-mapcar (lambda (own its) (+ own (* part (- its own))))
                            (tutti-colors--background) (tutti-colors--hex-rgb hex))
                 '(2))))

(defun tutti-colors-cursor (index)
  "Face of the cursor of who has the color INDEX."
  (list :foreground "#ffffff" :background (tutti-colors--of index)))

(defun tutti-colors-name (index)
  "Face of the name of who has the color INDEX."
  (list :inherit 'tutti-name :foreground "#ffffff" :background (tutti-colors--of index)))

(defun tutti-colors-selection (index)
  "Face of a selection of who has the color INDEX."
  (if (> (display-color-cells) 16)
      (list :background (tutti-colors--tint (tutti-colors--of index) 0.4))
    '(:underline t)))

(provide 'tutti-colors)
;;; tutti-colors.el ends here
