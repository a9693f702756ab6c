package main

import "fmt"

func main() {
	s := newServer("pressroom")
	fmt.Println(s.name)
}
