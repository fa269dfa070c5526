;;; control.el --- Lets a test speak to this Emacs  -*- lexical-binding: t; -*-

;;; Commentary:

;; A socket on which each line is a JSON pair [ID, FORM], and each answer another,
;; [ID, VALUE, FAULT].  Keys go through the command loop, as typed ones do.

;;; Code:

(require 'json)

(defvar control-typed 0 "The last mark that the command loop has come to.")
(defvar control-scripts nil "Messages for the person, newest first.")

(defun control-answer (process id value fault)
  "Send on PROCESS what came out of the form ID: VALUE or FAULT."
  (process-send-string
   process (concat (json-serialize (vector id (or value :null) (or fault :null)) :null-object :null :false-object :false) "\n")))

(defun control-value (value)
  "VALUE as JSON can have it."
  (cond ((eq value t) t)
        ((or (null value) (numberp value) (stringp value)) value)
        ((consp value) (vconcat (mapcar (lambda (item) (or (control-value item) :null)) value)))
        ((vectorp value) value)
        (t (format "%S" value))))

(defun control-eval (process line)
  "Evaluate LINE in the buffer that the person sees, and answer on PROCESS."
  (let* ((pair (json-parse-string line)) (id (aref pair 0)))
    (condition-case fault
        (with-current-buffer (window-buffer)
          (control-answer process id (control-value (eval (car (read-from-string (aref pair 1))) t)) nil))
      (error (control-answer process id nil (error-message-string fault))))))

(defun control-receive (process text)
  "TEXT came on PROCESS."
  (let ((lines (split-string (concat (process-get process 'rest) text) "\n")))
    (process-put process 'rest (car (last lines)))
    (dolist (line (butlast lines)) (control-eval process line))))

(defun control-mark ()
  "Everything that was typed before is worked off."
  (interactive)
  (setq control-typed (1+ control-typed)))

(setq command-error-function ; without a screen, the usual one ends Emacs
      (lambda (fault _context _caller) (message "%s" (error-message-string fault))))
(global-set-key (kbd "<f19>") #'control-mark)

(defun control-type (keys)
  "Type KEYS, a list of strings, key descriptions and characters."
  (setq unread-command-events
        (append unread-command-events
                (apply #'append (mapcar (lambda (key) (if (consp key) (listify-key-sequence (kbd (car key))) (append key nil))) keys))
                (list 'f19))))

(defun control-listen (path)
  "Listen at PATH."
  (make-network-process :name "control" :server t :family 'local :service path :coding 'utf-8-emacs
                        :noquery t :filter #'control-receive))

;; From key to text, by the clock of the machine: each key is a character of its own

(defvar control-times (make-hash-table) "When each character was pressed, or seen first.")

(defun control-stamp (character)
  "CHARACTER is here now."
  (when (and (integerp character) (<= #xe000 character #xf8ff) (not (gethash character control-times)))
    (puthash character (* 1000 (float-time)) control-times)))

(defun control-stamp-key ()
  "Stamp the key of the present command."
  (control-stamp last-command-event))

(defun control-stamp-text (from to _length)
  "Stamp what came between FROM and TO."
  (mapc #'control-stamp (buffer-substring-no-properties from to)))

(defun control-all-times ()
  "All stamps: pairs of character and milliseconds."
  (let (all)
    (maphash (lambda (character time) (push (list character time) all)) control-times)
    all))

;; Random places, chosen and taken in one turn, for those who type without looking

(defun control-aim (row column)
  "Go to line ROW and the place COLUMN in it, both modulo what there is.
Not into a token, and not before a mark that belongs to the character before."
  (goto-char (point-min))
  (forward-line (mod row (line-number-at-pos (point-max))))
  (let ((end (min (line-end-position) (+ (point) 400))) (inside nil) places)
    (dolist (place (number-sequence (point) end))
      (goto-char place)
      (unless (or inside (control-combines-p)) (push place places))
      (setq inside (cond ((eql (char-after) ?⟦) t) ((eql (char-after) ?⟧) nil) (t inside))))
    (goto-char (nth (mod column (length places)) places))))

(defun control-combines-p ()
  "Whether the character behind point belongs to the one before."
  (and (char-after) (not (bolp))
       (or (memq (get-char-code-property (char-after) 'general-category) '(Mn Me Mc Cf))
           (eql (char-before) #x200d))))

(defun control-rub (row column length)
  "Delete up to LENGTH characters of filler on line ROW from COLUMN on.
The result: how many."
  (goto-char (point-min))
  (forward-line (mod row (line-number-at-pos (point-max))))
  (let ((end (line-end-position)) (case-fold-search nil))
    (goto-char (+ (point) (mod column (1+ (- end (point))))))
    (if (not (re-search-forward "[a-z ]+" end t))
        0
      (goto-char (match-beginning 0))
      (let ((count (min (1+ (mod length 12)) (- (match-end 0) (point)))))
        (delete-char count)
        count))))

(defun control-replace (row column length text)
  "Put TEXT for what `control-rub' deletes with ROW, COLUMN and LENGTH."
  (let ((count (control-rub row column length)))
    (when (> count 0) (insert text))
    count))

(provide 'control)
;;; control.el ends here
