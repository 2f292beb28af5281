#include "textflag.h"

// func stackTop() uintptr
// A goroutine's first two words are the bounds of its stack.
TEXT ·stackTop(SB), NOSPLIT, $0-8
	MOVQ (TLS), AX
	MOVQ 8(AX), AX
	MOVQ AX, ret+0(FP)
	RET
