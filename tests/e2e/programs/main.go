// Compiled where it runs: goroutines, a listener and its clients.
package main

import (
	"fmt"
	"io"
	"net"
	"sync"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println("wrong:", err)
		return
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { io.WriteString(connection, "hello"); connection.Close() }()
		}
	}()
	var group sync.WaitGroup
	var lock sync.Mutex
	heard := 0
	for i := 0; i < 100; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			connection, err := net.Dial("tcp", listener.Addr().String())
			if err != nil {
				return
			}
			text, _ := io.ReadAll(connection)
			if string(text) == "hello" {
				lock.Lock()
				heard++
				lock.Unlock()
			}
		}()
	}
	group.Wait()
	if heard == 100 {
		fmt.Println("works")
	} else {
		fmt.Println("wrong:", heard)
	}
}
