package main

import "fmt"

func main() {
	fmt.Println("pricing ready")
}
