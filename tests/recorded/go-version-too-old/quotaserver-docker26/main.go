package main

import "fmt"

func main() {
	fmt.Println("quotaserver ready")
}
