package main

import (
	"fmt"

	git "github.com/libgit2/git2go/v34"
)

func main() {
	r, err := git.OpenRepository("/srv/mirror.git")
	fmt.Println(r, err)
}
