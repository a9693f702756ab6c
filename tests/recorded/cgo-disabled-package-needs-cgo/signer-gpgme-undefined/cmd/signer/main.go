package main

import (
	"fmt"

	"github.com/proglottis/gpgme"
)

func main() {
	ctx, err := gpgme.New()
	fmt.Println(ctx, err)
}
