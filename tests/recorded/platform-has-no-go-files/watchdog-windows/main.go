package main

import (
	"fmt"

	"example.com/ops/watchdog/internal/epoll"
)

func main() { fmt.Println(epoll.Name) }
