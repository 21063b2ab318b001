// Reads "A<TAB>B" lines and answers as golang.org/x/mod/semver orders them: <, =, >, or ! when it refuses one.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/semver"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		a, b, _ := strings.Cut(lines.Text(), "\t")
		if !semver.IsValid(a) || !semver.IsValid(b) {
			fmt.Println("!")
			continue
		}
		fmt.Println(string("<=>"[semver.Compare(a, b)+1]))
	}
}
