package main

import "fmt"

func main() {
	fmt.Println("thumbd ready")
}
