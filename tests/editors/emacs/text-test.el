;;; text-test.el --- Places, edits, URIs  -*- lexical-binding: t; -*-

;;; Code:

(require 'ert)
(require 'tutti-text)

(ert-deftest text-test-places ()
  (pcase-dolist (`(,text ,place ,line ,character)
                 '(("" 1 0 0) ("ab" 3 0 2) ("ab\n" 4 1 0) ("a\n\nb" 4 2 0) ("a\n👩‍👩x\n" 6 1 3) ("\n" 1 0 0)))
    (with-temp-buffer
      (insert text)
      (let ((position (list :line line :character character)))
        (should (equal (tutti-text-position place) position))
        (should (equal (tutti-text-place position) place))))))

(ert-deftest text-test-narrowing-and-fields-change-nothing ()
  (with-temp-buffer
    (insert "one\n" (propertize "two" 'field 'a) "x\nthree")
    (narrow-to-region 6 7)
    (should (equal (tutti-text-position 7) '(:line 1 :character 2)))
    (should (equal (tutti-text-place '(:line 2 :character 1)) 11))
    (should (equal (tutti-text-all) "one\ntwox\nthree"))))

(ert-deftest text-test-places-beyond ()
  (with-temp-buffer
    (insert "ab\ncd\nef")
    (should (equal (tutti-text-beyond '(:line 7 :character 5) 2 3) '(:line 7 :character 6)))
    (should (equal (tutti-text-beyond '(:line 7 :character 5) 2 4) '(:line 8 :character 0)))
    (should (equal (tutti-text-beyond '(:line 7 :character 5) 2 9) '(:line 9 :character 2)))))

(ert-deftest text-test-places-outside ()
  (with-temp-buffer
    (insert "ab\nc")
    (should-error (tutti-text-place '(:line 0 :character 3)))
    (should-error (tutti-text-place '(:line 2 :character 0)))
    (should (equal (tutti-text-nearest '(:line 0 :character 9)) 3))
    (should (equal (tutti-text-nearest '(:line 9 :character 9)) 5))))

(ert-deftest text-test-what-is-no-text ()
  (let ((odd (concat "a" (string (unibyte-char-to-multibyte 200) #xd800 #x110000) "é\0\n")))
    (should (tutti-text-foreign-p odd))
    (should (equal (tutti-text-clean odd) "a\ufffd\ufffd\ufffdé\0\n"))
    (should-not (tutti-text-foreign-p (tutti-text-clean odd)))
    (with-temp-buffer
      (insert odd)
      (tutti-text-mend)
      (should (equal (buffer-string) "a\ufffd\ufffd\ufffdé\0\n")))))

(ert-deftest text-test-uris ()
  (dolist (path '("/a/b.c" "/a b/ü#?.txt" "/100%/x~_-"))
    (should (equal (tutti-text-path (tutti-text-uri path)) path)))
  (should (equal (tutti-text-uri "/a b/ü") "file:///a%20b/%C3%BC")))

(provide 'text-test)
;;; text-test.el ends here
