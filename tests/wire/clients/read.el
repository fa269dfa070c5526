;;; read.el --- The golden messages, judged by the shapes that the Emacs plugin gets  -*- lexical-binding: t; -*-

;;; Code:

(require 'seq)
(require 'json)
(require 'tutti-protocol)

(defun read-golden ()
  "The golden messages as jsonrpc.el would have them."
  (with-temp-buffer
    (insert-file-contents "protocol/golden/collab.json")
    (json-parse-buffer :object-type 'plist :null-object nil :false-object :json-false)))

(defun fits-shape (shape value)
  "Whether VALUE has the keys of SHAPE, each of its type."
  (and (listp value)
       (seq-every-p (lambda (entry)
                      (and (plist-member value (car entry)) (fits (cadr entry) (plist-get value (car entry)))))
                    (plist-get shape :required))
       (seq-every-p (lambda (entry)
                      (or (not (plist-member value (car entry))) (fits (cadr entry) (plist-get value (car entry)))))
                    (plist-get shape :optional))))

(defun fits (type value)
  "Whether VALUE is of TYPE, a name out of the schema."
  (cond ((consp type) (and (vectorp value) (seq-every-p (lambda (item) (fits (cadr type) item)) value)))
        ((eq type 'integer) (integerp value))
        ((eq type 'string) (stringp value))
        ((eq type 'boolean) (memq value '(t :json-false)))
        ((assq type tutti-protocol-enums) (member value (cdr (assq type tutti-protocol-enums))))
        (t (fits-shape (cdr (assq type tutti-protocol-shapes)) value))))

(defun shape-fault-p (spoil)
  "Limits, signs and the form of a uuid are the server's to judge; SPOIL is none of these."
  (or (equal (plist-get spoil :op) "remove")
      (and (equal (plist-get spoil :op) "set")
           (equal (plist-get spoil :code) "invalid")
           (not (member (plist-get spoil :value) '(-1 "5e551001"))))))

(defun without (plist key)
  "PLIST without KEY."
  (let (out)
    (while plist
      (unless (eq (car plist) key) (setq out (append out (list (car plist) (cadr plist)))))
      (setq plist (cddr plist)))
    out))

(defun spoiled (value path spoil)
  "VALUE with what is at PATH changed as SPOIL says."
  (let ((key (car path)))
    (if (integerp key)
        (let ((copy (copy-sequence value)))
          (aset copy key (spoiled (aref value key) (cdr path) spoil))
          copy)
      (let* ((name (intern (concat ":" key)))
             (rest (without value name)))
        (cond ((cdr path) (append rest (list name (spoiled (plist-get value name) (cdr path) spoil))))
              ((equal (plist-get spoil :op) "remove") rest)
              (t (append rest (list name (plist-get spoil :value)))))))))

(defun complain (text)
  "Ends the run, saying TEXT."
  (message "%s" text)
  (kill-emacs 1))

(let* ((golden (read-golden))
       (valid (plist-get golden :valid))
       (read 0)
       (refused 0))
  (unless (equal (mapcar (lambda (m) (plist-get m :method)) (plist-get golden :methods)) (mapcar #'car tutti-protocol-methods))
    (complain "the methods differ"))
  (seq-doseq (entry valid)
    (unless (fits (intern (plist-get entry :struct)) (plist-get entry :message))
      (complain (format "%s should fit" (plist-get entry :name))))
    (setq read (1+ read)))
  (seq-doseq (spoil (plist-get golden :invalid))
    (when (shape-fault-p spoil)
      (let ((entry (seq-find (lambda (e) (equal (plist-get e :name) (plist-get spoil :of))) valid)))
        (when (fits (intern (plist-get entry :struct))
                    (spoiled (plist-get entry :message) (append (plist-get spoil :path) nil) spoil))
          (complain (format "%s should not fit" (plist-get spoil :says))))
        (setq refused (1+ refused)))))
  (when (or (zerop read) (zerop refused)) (complain "nothing was read"))
  (message "%d read, %d refused" read refused))

;;; read.el ends here
