;;; tutti-link.el --- The editor's half of the editor link  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Two counters and the courage to drop; no merging.
;;
;;   buffer ──typed──▶ collab/edit {revision: mine, seen: theirs} ──▶ tutti lsp
;;   buffer ◀─apply── collab/edit, if epoch, seen and revision all fit; else it
;;                    is dropped without a word, and comes again, rebased
;;
;; Decides only: events in, effects out, no buffer and no process.
;;
;;   event                          effects
;;   (opened EPOCH TEXT LANGUAGE)   didOpen; both counters begin again
;;   (typed EDITS)                  collab/edit under the next revision
;;   (edit PARAMS)                  (apply EDITS CAUSE), or nothing
;;   (applied)                      collab/ack, at once, so that the next can come
;;   (failed EDITS)                 collab/edit: what the buffer has become; an
;;                                  answer of some kind, or the server waits for ever
;;   (resync PARAMS)                (reopen), when it is about this epoch
;;   (saved) (closed)               didSave, didClose
;;   (lost)                         nothing: there is nobody to tell any more
;;
;; docs/PROTOCOL.md has the rules of collab/edit.

;;; Code:

(require 'cl-lib)

(cl-defstruct (tutti-link (:constructor tutti-link-create (uri)))
  "One document between this editor and the server."
  uri
  (epoch 0)   ; how often this URI was opened on this connection
  (mine 0)    ; own edits in this epoch
  (theirs 0)  ; server edits applied in this epoch
  (open nil)
  (landing nil))  ; revision of the server edit that is being applied

(defun tutti-link--document (link)
  "LINK's document as messages name it."
  (list :uri (tutti-link-uri link)))

(defun tutti-link--opened (link epoch text language)
  "LINK begins EPOCH with TEXT, which is written in LANGUAGE."
  (setf (tutti-link-epoch link) epoch
        (tutti-link-mine link) 0
        (tutti-link-theirs link) 0
        (tutti-link-landing link) nil
        (tutti-link-open link) t)
  `((send textDocument/didOpen
          (:textDocument (:uri ,(tutti-link-uri link) :languageId ,language :version ,epoch :text ,text)))))

(defun tutti-link--typed (link edits)
  "LINK's buffer was changed by EDITS."
  (cl-incf (tutti-link-mine link))
  `((send collab/edit (:textDocument ,(tutti-link--document link)
                       :epoch ,(tutti-link-epoch link)
                       :revision ,(tutti-link-mine link)
                       :seen ,(tutti-link-theirs link)
                       :edits ,(vconcat edits)))))

(defun tutti-link--fits-p (link params)
  "Whether the server's edit PARAMS was made for the very state of LINK."
  (and (null (tutti-link-landing link))
       (eql (plist-get params :epoch) (tutti-link-epoch link))
       (eql (plist-get params :seen) (tutti-link-mine link))
       (eql (plist-get params :revision) (1+ (tutti-link-theirs link)))))

(defun tutti-link--edit (link params)
  "The server's edit PARAMS came in for LINK."
  (when (tutti-link--fits-p link params)
    (setf (tutti-link-landing link) (plist-get params :revision))
    `((apply ,(append (plist-get params :edits) nil) ,(plist-get params :cause)))))

(defun tutti-link--applied (link)
  "The edit that LINK let through is in the buffer."
  (setf (tutti-link-theirs link) (tutti-link-landing link)
        (tutti-link-landing link) nil)
  `((send collab/ack (:textDocument ,(tutti-link--document link)
                      :epoch ,(tutti-link-epoch link)
                      :seen ,(tutti-link-theirs link)))))

(defun tutti-link--plain (link method)
  "A message METHOD with nothing but LINK's document in it."
  `((send ,method (:textDocument ,(tutti-link--document link)))))

(defun tutti-link--step-open (link event)
  "Effects of EVENT on LINK, which is open."
  (pcase event
    (`(typed ,edits) (tutti-link--typed link edits))
    (`(edit ,params) (tutti-link--edit link params))
    (`(applied) (tutti-link--applied link))
    (`(failed ,edits)
     (setf (tutti-link-landing link) nil)
     (tutti-link--typed link edits))
    (`(resync ,params)
     (when (eql (plist-get params :epoch) (tutti-link-epoch link)) '((reopen))))
    (`(saved) (tutti-link--plain link 'textDocument/didSave))
    (`(closed)
     (setf (tutti-link-open link) nil)
     (tutti-link--plain link 'textDocument/didClose))
    (`(lost)
     (setf (tutti-link-open link) nil)
     nil)))

(defun tutti-link-step (link event)
  "Tell LINK of EVENT; the result is a list of effects, to be done in order."
  (pcase event
    (`(opened ,epoch ,text ,language) (tutti-link--opened link epoch text language))
    ((guard (tutti-link-open link)) (tutti-link--step-open link event))))

(provide 'tutti-link)
;;; tutti-link.el ends here
