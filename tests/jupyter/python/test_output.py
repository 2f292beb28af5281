"""Where output goes, when it comes, and that none is lost."""

import re

import pytest

pytestmark = pytest.mark.limit(40)


def arrivals(request, text):
    """When the stream messages that contain text arrived."""
    return [m["arrived"] for m in request.of_type("stream") if text in m["content"]["text"]]


def test_output_of_a_cell_streams_while_it_runs(kernel):
    request = kernel.run('fmt.Println("first"); time.Sleep(time.Second); fmt.Println("second")').ok()
    assert arrivals(request, "second")[0] - arrivals(request, "first")[0] >= 0.8
    assert request.stdout == "first\nsecond\n"


def test_b05_output_of_a_worker_streams_while_it_runs(kernel):
    request = kernel.run(
        'procpool.ForEach(nil, func(int) { fmt.Println("first"); time.Sleep(time.Second); fmt.Println("second") }, []int{1})'
    ).ok()
    assert arrivals(request, "second")[0] - arrivals(request, "first")[0] >= 0.8
    assert request.stdout == "first\nsecond\n"


def test_b05_output_of_a_process_streams_while_it_runs(kernel):
    request = kernel.run(
        'p := procpool.NewProcess(func() { fmt.Println("first"); time.Sleep(time.Second); fmt.Println("second") }); p.Start(); p.Join()'
    ).ok()
    assert arrivals(request, "second")[0] - arrivals(request, "first")[0] >= 0.8


def test_b03_a_process_prints_under_the_cell_that_started_it(kernel):
    kernel.run('func count() { for i := 1; i <= 5; i++ { time.Sleep(200 * time.Millisecond); fmt.Println("Number:", i) } }').ok()
    starting = kernel.run("p := procpool.NewProcess(count); p.Daemon = true; p.Start()").ok()
    assert starting.stdout.count("Number:") <= 1, "the cell waited for the process"
    running = kernel.run('fmt.Println("another cell"); time.Sleep(1500 * time.Millisecond)').ok()
    kernel.until(lambda: "Number: 5" in starting.stdout, timeout=5)
    assert starting.stdout == "".join(f"Number: {i}\n" for i in range(1, 6))
    assert running.stdout == "another cell\n"
    late = [m for m in starting.of_type("stream") if m["arrived"] > running.messages[0]["arrived"]]
    assert late, "nothing came while the other cell ran"


def test_b04_a_pool_prints_under_the_cell_that_submits(kernel):
    making = kernel.run('pool := procpool.NewPool(2)\nprocpool.ForEach(pool, func(i int) { fmt.Println("made", i) }, []int{1})').ok()
    using = kernel.run('procpool.ForEach(pool, func(i int) { fmt.Println("used", i) }, []int{1, 2})').ok()
    assert making.stdout == "made 1\n"
    assert sorted(using.stdout.splitlines()) == ["used 1", "used 2"]


def test_b04_a_task_submitted_by_an_earlier_cell_prints_there(kernel):
    first = kernel.run('f := procpool.Submit(nil, func(i int) int { time.Sleep(700 * time.Millisecond); fmt.Println("task done"); return i }, 3)').ok()
    second = kernel.run("v, err := f.Get(); fmt.Println(v, err)").ok()
    kernel.until(lambda: first.stdout, timeout=5)
    assert (first.stdout, second.stdout) == ("task done\n", "3 <nil>\n")


def test_a_goroutine_prints_under_the_cell_that_started_it(kernel):
    first = kernel.run('go func() { time.Sleep(500 * time.Millisecond); fmt.Println("late") }()').ok()
    second = kernel.run('fmt.Println("now"); time.Sleep(time.Second)').ok()
    assert (first.stdout, second.stdout) == ("late\n", "now\n")


def test_b01_join_comes_after_all_output(kernel):
    request = kernel.run(
        'for range 20 { p := procpool.NewProcess(func() { for i := range 100 { fmt.Println("child", i) } }); p.Start(); p.Join(); fmt.Println("parent") }',
        timeout=35,
    ).ok()
    block = "".join(f"child {i}\n" for i in range(100)) + "parent\n"
    assert request.stdout == block * 20


def test_a_result_comes_after_its_tasks_output(kernel):
    request = kernel.run(
        "pool := procpool.NewPool(2)\n"
        "for range 50 {\n"
        '\tf := procpool.Submit(pool, func(i int) int { fmt.Println("task"); return i }, 1)\n'
        '\tf.Get(); fmt.Println("got")\n'
        "}"
    ).ok()
    assert request.stdout == "task\ngot\n" * 50


def test_idle_comes_after_all_output(shared):
    for _ in range(20):
        request = shared.run('for i := range 500 { fmt.Println("out", i); fmt.Fprintln(os.Stderr, "err", i) }').ok()
        assert request.stdout.count("\n") == 500 and request.stderr.count("\n") == 500
        assert request.messages[-1]["content"].get("execution_state") == "idle"


def test_b07_the_two_streams_keep_their_names_and_order(shared):
    request = shared.run(
        'procpool.ForEach(nil, func(int) { for i := range 3 { fmt.Println("out", i); fmt.Fprintln(os.Stderr, "err", i) } }, []int{1})'
    ).ok()
    assert request.stdout == "out 0\nout 1\nout 2\n"
    assert request.stderr == "err 0\nerr 1\nerr 2\n"


@pytest.mark.parametrize("where", ["in a cell", "in a worker"])
def test_b08_descriptors_are_captured(shared, where):
    body = 'c := exec.Command("echo", "from a child of a child"); c.Stdout = os.Stdout; c.Run(); syscall.Write(1, []byte("raw\\n")); println("to stderr")'
    code = body if where == "in a cell" else "procpool.ForEach(nil, func(int) { " + body + " }, []int{1})"
    request = shared.run(code).ok()
    assert "from a child of a child\n" in request.stdout and "raw\n" in request.stdout
    assert "to stderr\n" in request.stderr


def test_carriage_returns_are_kept(shared):
    request = shared.run('for i := range 3 { fmt.Printf("\\r%d %%", i) }').ok()
    assert request.stdout == "\r0 %\r1 %\r2 %"


def test_characters_are_not_split(shared):
    request = shared.run('for range 2000 { for _, b := range []byte("日本語🙂é") { os.Stdout.Write([]byte{b}) } }').ok()
    assert request.stdout == "日本語🙂é" * 2000


def test_bytes_that_are_no_text_do_no_harm(shared):
    request = shared.run(r'os.Stdout.Write([]byte{0xff, 0xfe, 0x41, 0x00, 0x0a})').ok()
    assert "A" in request.stdout
    assert shared.run("1 + 1").result == "2"


def test_a_line_of_megabytes_arrives(shared):
    request = shared.run('fmt.Println(strings.Repeat("x", 1<<20))').ok()
    assert len(request.stdout) == (1 << 20) + 1


def test_c19_a_panic_in_a_worker_names_the_cells_lines(kernel):
    kernel.run("func fails(i int) int {\n\tvar xs []int\n\treturn xs[i]\n}").ok()
    request = kernel.run("procpool.Map(nil, fails, []int{5})").failed()
    said = re.sub(r"\x1b\[[0-9;]*m", "", request.error)
    assert "index out of range [5]" in said
    assert "In[1]:3" in said
    assert "fails" in said
