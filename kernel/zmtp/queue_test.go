package zmtp

import "testing"

// What finish follows may have woken the taker for both of them: the taker must
// be woken once more, or it waits for ever after what it took.
func TestTakerHearsOfFinishBehindAnotherWake(t *testing.T) {
	t.Parallel()
	for name, put := range map[string]func(*queue){
		"a message": func(q *queue) { q.put([][]byte{[]byte("last words")}) },
		"a PONG":    func(q *queue) { q.putPong([]byte("pong")) },
		"both":      func(q *queue) { q.put([][]byte{nil}); q.putPong(nil); q.putPong([]byte("pong")) },
		"nothing":   func(*queue) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := newQueue(1 << 20)
			put(q)
			q.finish()
			for more := true; more; {
				select {
				case <-q.wake:
				default:
					t.Fatal("the taker waits, and nothing will wake it")
				}
				_, more = q.take()
				q.takePong()
			}
		})
	}
}
