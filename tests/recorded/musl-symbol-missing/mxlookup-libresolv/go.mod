module example.com/mail/mxlookup

go 1.19
