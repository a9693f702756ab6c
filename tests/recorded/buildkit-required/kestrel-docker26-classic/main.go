package main

import "fmt"

func main() {
	fmt.Println("kestrel ready")
}
