package main

import (
	"fmt"
	"net/http"
)

type guest struct{ name string }

func main() {
	g := guest{"Ines"}
	fmt.Println(g.Name())
}
