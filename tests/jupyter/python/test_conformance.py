"""jupyter_kernel_test, with a Go snippet for every hook that it has."""

import os

import jupyter_kernel_test

NAME = os.environ.get("PARAGO_KERNEL", "parago")


class TestKernel(jupyter_kernel_test.KernelTests):
    kernel_name = NAME
    language_name = "go"
    file_extension = ".go"

    code_hello_world = 'fmt.Println("hello, world")'
    code_stderr = 'fmt.Fprintln(os.Stderr, "a warning")'
    code_generate_error = 'panic("no way")'
    code_clear_output = 'display.Clear(false)'
    code_inspect_sample = "strings.Repeat"
    code_page_something = "strings.Repeat?"

    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": 'strings.ToUpper("go")', "result": "GO"},
        {"code": "[]int{1, 2, 3}", "result": "[1 2 3]"},
        {"code": 'display.HTML("<b>bold</b>")', "mime": "text/html", "result": "<b>bold</b>"},
    ]
    code_display_data = [
        {"code": 'display.Show(display.HTML("<b>bold</b>"));', "mime": "text/html"},
        {"code": 'display.Show(display.Markdown("*so*"));', "mime": "text/markdown"},
        {"code": "display.Show(display.Image(image.NewGray(image.Rect(0, 0, 4, 4))));", "mime": "image/png"},
    ]

    completion_samples = [
        {"text": "strings.Repl", "matches": ["Replace", "ReplaceAll", "Replacer"]},
        {"text": "fmt.Sprintl", "matches": ["Sprintln"]},
        {"text": "no_such_name_anywhere", "matches": []},
    ]
    complete_code_samples = ["1 + 1", "x := 1", "func f() int {\n\treturn 1\n}", "for i := range 3 {\n}\n", "// only a comment"]
    incomplete_code_samples = ["func f() {", "for i := range 3 {", 'fmt.Println("a",', "x := []int{1,", "a := `raw"]
    invalid_code_samples = ["func 3() {}", "x := )", "import = 7q", '"never closed\n']

    code_history_pattern = "6 * 7"
    supported_history_operations = ("tail", "range", "search")


class TestWelcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = NAME
    support_iopub_welcome = True
