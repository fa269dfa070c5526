;;; status-test.el --- What the mode line says of a file  -*- lexical-binding: t; -*-

;;; Code:

(require 'ert)
(require 'tutti-people)

(defun status-test--said (connection pending state own)
  "The mode line when CONNECTION, PENDING and a file with STATE and OWN are told."
  (with-temp-buffer
    (setq buffer-file-name "/tmp/score/main.c")
    (unwind-protect
        (let ((tutti-people-status
               `(:connection ,connection :session (:id "x" :name "score" :role "editor") :pending ,pending
                 :documents ((:uri "file:///tmp/score/main.c" :state ,state :pending ,own))))
              (tutti-people-here nil))
          (tutti-people-mode-line))
      (set-buffer-modified-p nil)
      (setq buffer-file-name nil))))

(ert-deftest status-test-states ()
  (pcase-dolist (`(,connection ,pending ,state ,own ,said)
                 '(("online" 0 "synced" 0 " Tutti:1 synced")
                   ("online" 2 "pending" 2 " Tutti:1 2 pending")
                   ("online" 2 "unsaved" 1 " Tutti:1+2 not saved on the hub")
                   ("online" 0 "diverged" 0 " Tutti:1 diverged")
                   ("online" 0 "repaired" 0 " Tutti:1 repaired")
                   ("offline" 3 "offline" 3 " Tutti:offline+3")))
    (should (equal (status-test--said connection pending state own) said))))

(ert-deftest status-test-elsewhere ()
  (with-temp-buffer
    (let ((tutti-people-status nil) (tutti-people-here nil))
      (should (equal (tutti-people-mode-line) " Tutti")))))

(provide 'status-test)
;;; status-test.el ends here
