package main

import (
	"fmt"
	"os/user"
	"runtime"
	"sync"
	"time"
)

func main() {
	u, _ := user.Current()
	var wg sync.WaitGroup
	for i := 0; i < 16; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			runtime.LockOSThread()
			time.Sleep(200 * time.Millisecond)
		}()
	}
	wg.Wait()
	fmt.Println("indexed by", u)
}
