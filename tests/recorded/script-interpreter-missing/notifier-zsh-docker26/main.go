package main

import "fmt"

func main() {
	fmt.Println("notifier ready")
}
