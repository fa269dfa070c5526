;;; link-test.el --- The link's rules, one by one  -*- lexical-binding: t; -*-

;;; Code:

(require 'ert)
(require 'tutti-link)

(defun link-test-open ()
  "A link in epoch 3."
  (let ((link (tutti-link-create "file:///a")))
    (tutti-link-step link '(opened 3 "text" "fundamental"))
    link))

(defun link-test-edit (epoch revision seen)
  "A server edit of EPOCH with REVISION that has SEEN so many of ours."
  `(edit (:textDocument (:uri "file:///a") :epoch ,epoch :revision ,revision :seen ,seen :edits [a b] :cause "undo")))

(defun link-test-message (effects)
  "Method and the interesting numbers of the one message in EFFECTS."
  (pcase effects
    (`((send ,method ,params))
     (list method (plist-get params :epoch) (plist-get params :revision) (plist-get params :seen)))))

(ert-deftest link-test-opening ()
  (should (equal (tutti-link-step (tutti-link-create "file:///a") '(opened 3 "text" "c"))
                 '((send textDocument/didOpen
                         (:textDocument (:uri "file:///a" :languageId "c" :version 3 :text "text")))))))

(ert-deftest link-test-own-edits-are-counted ()
  (let ((link (link-test-open)))
    (should (equal (link-test-message (tutti-link-step link '(typed (x)))) '(collab/edit 3 1 0)))
    (should (equal (link-test-message (tutti-link-step link '(typed nil))) '(collab/edit 3 2 0)))))

(ert-deftest link-test-a-fitting-edit-is-applied-and-acknowledged ()
  (let ((link (link-test-open)))
    (tutti-link-step link '(typed (x)))
    (should (equal (tutti-link-step link (link-test-edit 3 1 1)) '((apply (a b) "undo"))))
    (should (equal (link-test-message (tutti-link-step link '(applied))) '(collab/ack 3 nil 1)))
    (should (equal (link-test-message (tutti-link-step link '(typed (x)))) '(collab/edit 3 2 1)))))

(ert-deftest link-test-what-does-not-fit-is-dropped ()
  (pcase-dolist (`(,epoch ,revision ,seen) '((2 1 1) (4 1 1) (3 2 1) (3 0 1) (3 1 0) (3 1 2)))
    (let ((link (link-test-open)))
      (tutti-link-step link '(typed (x)))
      (should-not (tutti-link-step link (link-test-edit epoch revision seen)))
      (should (tutti-link-step link (link-test-edit 3 1 1))))))

(ert-deftest link-test-a-dropped-number-comes-again ()
  (let ((link (link-test-open)))
    (tutti-link-step link '(typed (x)))
    (should-not (tutti-link-step link (link-test-edit 3 1 0)))
    (should (tutti-link-step link (link-test-edit 3 1 1)))
    (should-not (tutti-link-step link (link-test-edit 3 1 1))) ; while the first is under way
    (tutti-link-step link '(applied))
    (should-not (tutti-link-step link (link-test-edit 3 1 1)))
    (should (tutti-link-step link (link-test-edit 3 2 1)))))

(ert-deftest link-test-a-failed-edit-is-answered ()
  (let ((link (link-test-open)))
    (tutti-link-step link (link-test-edit 3 1 0))
    (should (equal (link-test-message (tutti-link-step link '(failed (whole)))) '(collab/edit 3 1 0)))
    (should (tutti-link-step link (link-test-edit 3 1 1)))))

(ert-deftest link-test-opening-again-begins-again ()
  (let ((link (link-test-open)))
    (tutti-link-step link '(typed (x)))
    (tutti-link-step link (link-test-edit 3 1 1))
    (tutti-link-step link '(applied))
    (should (equal (caar (tutti-link-step link '(closed))) 'send))
    (should-not (tutti-link-step link '(typed (x))))
    (tutti-link-step link '(opened 4 "text" "c"))
    (should-not (tutti-link-step link (link-test-edit 3 1 0)))
    (should (equal (link-test-message (tutti-link-step link '(typed (x)))) '(collab/edit 4 1 0)))))

(ert-deftest link-test-resync-of-this-epoch-only ()
  (let ((link (link-test-open)))
    (should-not (tutti-link-step link '(resync (:epoch 2))))
    (should (equal (tutti-link-step link '(resync (:epoch 3))) '((reopen))))))

(ert-deftest link-test-nothing-is-sent-when-nobody-is-there ()
  (let ((link (link-test-open)))
    (should-not (tutti-link-step link '(lost)))
    (dolist (event `((typed (x)) (saved) (closed) (lost) ,(link-test-edit 3 1 0) (resync (:epoch 3))))
      (should-not (tutti-link-step link event)))))

(provide 'link-test)
;;; link-test.el ends here
