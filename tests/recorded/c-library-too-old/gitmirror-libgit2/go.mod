module example.com/scm/gitmirror

go 1.21

require github.com/libgit2/git2go/v34 v34.0.0

require (
	golang.org/x/crypto v0.4.0 // indirect
	golang.org/x/sys v0.3.0 // indirect
)
