"""What the messaging protocol promises, one request at a time."""

import re
import time

import pytest

pytestmark = pytest.mark.limit(30)


def test_kernel_info_tells_what_clients_choose_by(shared):
    info = shared.wait(shared.request("kernel_info_request", {})).ok().content
    assert info["implementation"] == "parago"
    assert tuple(map(int, info["protocol_version"].split("."))) >= (5, 3)
    language = info["language_info"]
    assert (language["name"], language["file_extension"]) == ("go", ".go")
    assert language["mimetype"] == "text/x-go"
    assert info["banner"]


@pytest.mark.parametrize(
    "kind, content",
    [
        ("kernel_info_request", {}),
        ("complete_request", {"code": "fmt.", "cursor_pos": 4}),
        ("inspect_request", {"code": "fmt.Println", "cursor_pos": 11, "detail_level": 0}),
        ("is_complete_request", {"code": "1"}),
        ("history_request", {"output": False, "raw": True, "hist_access_type": "tail", "n": 1}),
        ("comm_info_request", {}),
        ("execute_request", {"code": "1", "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}),
    ],
)
def test_every_request_is_answered_between_busy_and_idle(shared, kind, content):
    request = shared.wait(shared.request(kind, content))
    assert request.status != "error"
    assert request.states == ["busy", "idle"]
    assert request.messages[0]["msg_type"] == "status" == request.messages[-1]["msg_type"]
    assert request.reply["msg_type"] == kind.replace("request", "reply")
    assert request.reply["channel"] == "shell"


def test_an_unknown_request_gets_busy_and_idle_and_no_reply(shared):
    request = shared.request("no_such_request", {})
    shared.until(lambda: request.idle_at)
    assert request.states == ["busy", "idle"]
    shared.run("1").ok()
    assert request.reply is None


def test_a_malformed_request_is_survived(shared):
    request = shared.request("execute_request", {"code": 7})
    shared.until(lambda: request.idle_at)
    assert request.reply is None or request.status == "error"
    assert shared.run("1 + 1").result == "2"


def test_the_execution_count_goes_up_by_one(kernel):
    counts = []
    for code in ("1", "x := 2", "x +"):
        request = kernel.run(code)
        counts.append(request.content["execution_count"])
        assert request.contents("execute_input") == [{"code": code, "execution_count": counts[-1]}]
    assert counts == [1, 2, 3]
    assert kernel.run("3").contents("execute_result")[0]["execution_count"] == 4


def test_a_silent_cell_runs_unseen_and_uncounted(kernel):
    before = kernel.run("quiet := 1").content["execution_count"]
    silent = kernel.run("quiet += 41; quiet", silent=True).ok()
    assert [m["msg_type"] for m in silent.messages] == ["status", "status"]
    after = kernel.run("quiet")
    assert (after.result, after.content["execution_count"]) == ("42", before + 1)


def test_a_cell_can_stay_out_of_history(kernel):
    kernel.run("1 + 1 // kept").ok()
    first = kernel.run("2 + 2 // not kept", store_history=False).ok()
    assert first.result == "4"
    second = kernel.run("3 + 3 // kept").ok()
    assert second.content["execution_count"] == 2
    history = kernel.wait(kernel.request("history_request", {"output": False, "raw": True, "hist_access_type": "tail", "n": 5}))
    assert [h[2] for h in history.content["history"]][-2:] == ["1 + 1 // kept", "3 + 3 // kept"]


def test_user_expressions_are_evaluated_after_the_cell(shared):
    request = shared.run("eleven := 11", user_expressions={"good": "eleven * 2", "bad": "no_such_name"}).ok()
    answers = request.content["user_expressions"]
    assert answers["good"]["status"] == "ok" and answers["good"]["data"]["text/plain"] == "22"
    assert answers["bad"]["status"] == "error" and answers["bad"]["ename"]
    assert not request.contents("error")


def test_an_error_aborts_the_cells_that_wait_behind_it(kernel):
    kernel.run("ran := 0").ok()
    failing = kernel.start('time.Sleep(300 * time.Millisecond); panic("stop here")')
    waiting = [kernel.start("ran++"), kernel.start("ran++")]
    question = kernel.request("kernel_info_request", {})
    kernel.wait(failing).failed()
    for request in waiting:
        assert kernel.wait(request).status in ("error", "aborted")
    kernel.wait(question).ok()
    assert kernel.run("ran").result == "0"


def test_stop_on_error_can_be_turned_off(kernel):
    kernel.run("ran := 0").ok()
    failing = kernel.start('time.Sleep(200 * time.Millisecond); panic("go on")', stop_on_error=False)
    waiting = kernel.start("ran++")
    kernel.wait(failing).failed()
    kernel.wait(waiting).ok()
    assert kernel.run("ran").result == "1"


@pytest.mark.parametrize(
    "code, name",
    [
        ('panic("boom")', "boom"),
        ("x := nothingThere", "nothingThere"),
        ("if {", ""),
        ('func() error { return errors.New("returned") }()', "returned"),
    ],
)
def test_the_reply_and_the_error_message_say_the_same(shared, code, name):
    request = shared.run(code).failed()
    errors = request.contents("error")
    assert len(errors) == 1
    for key in ("ename", "evalue", "traceback"):
        assert errors[0][key] == request.content[key]
    assert errors[0]["ename"] and errors[0]["traceback"]
    assert name in errors[0]["evalue"]


def test_a_panic_names_the_lines_of_the_cells(kernel):
    kernel.run("func outer() {\n\tinner()\n}\n\nfunc inner() {\n\tvar m map[string]int\n\tm[\"a\"] = 1\n}").ok()
    error = kernel.run("\nouter()").failed().error
    for place in ("In[1]:7", "In[1]:2", "In[2]:2"):
        assert place in plain(error), error
    assert "nil map" in error


def test_a_type_error_names_its_line_and_runs_nothing(kernel):
    request = kernel.run('fmt.Println("ran")\nvar s string = 1').failed()
    assert request.stdout == ""
    assert "In[1]:2" in plain(request.error)


def test_a_semicolon_keeps_the_result_back(shared):
    assert shared.run("40 + 2;").ok().result is None
    assert shared.run("40 + 2").ok().result == "42"


def test_comms_for_nobody_are_closed(shared):
    opened = shared.request("comm_open", {"comm_id": "c1", "target_name": "nobody", "data": {}})
    shared.until(lambda: opened.idle_at)
    assert [c["comm_id"] for c in opened.contents("comm_close")] == ["c1"]
    info = shared.wait(shared.request("comm_info_request", {})).ok()
    assert info.content["comms"] == {}


def test_a_display_can_be_updated_from_a_later_cell(shared):
    shown = shared.run('h := display.Show(display.Text("before"))').ok().contents("display_data")
    assert len(shown) == 1 and shown[0]["data"]["text/plain"] == "before"
    updated = shared.run('h.Update(display.Text("after"))').ok().contents("update_display_data")
    assert len(updated) == 1 and updated[0]["data"]["text/plain"] == "after"
    assert updated[0]["transient"]["display_id"] == shown[0]["transient"]["display_id"]


def test_clear_output_comes_in_its_place(shared):
    request = shared.run('fmt.Print("one"); display.Clear(true); fmt.Print("two")').ok()
    kinds = [m["content"].get("text", m["msg_type"]) for m in request.of_type("stream", "clear_output")]
    assert kinds == ["one", "clear_output", "two"]
    assert request.contents("clear_output") == [{"wait": True}]


def test_cursors_count_code_points(shared):
    code = '𝒳 := "🙂"; strings.Repl'
    reply = shared.wait(shared.request("complete_request", {"code": code, "cursor_pos": len(code)})).content
    assert code[reply["cursor_start"] : reply["cursor_end"]] == "Repl"
    assert "Replace" in reply["matches"]
    types = {t["text"]: t["type"] for t in reply["metadata"]["_jupyter_types_experimental"]}
    assert types["Replace"] == "function"


def test_completion_knows_the_session(kernel):
    kernel.run("type animal struct{ Legs, Longevity int }\nvar cat animal\nfunc catalogue() {}").ok()
    names = kernel.wait(kernel.request("complete_request", {"code": "cat", "cursor_pos": 3})).content["matches"]
    assert {"cat", "catalogue"} <= set(names)
    fields = kernel.wait(kernel.request("complete_request", {"code": "cat.L", "cursor_pos": 5})).content["matches"]
    assert set(fields) == {"Legs", "Longevity"}


def test_inspection_knows_the_session_and_the_library(kernel):
    kernel.run("// double is twice n.\nfunc double(n int) int { return 2 * n }").ok()

    def inspect(code):
        return kernel.wait(kernel.request("inspect_request", {"code": code, "cursor_pos": len(code), "detail_level": 0})).content

    assert "func double(n int) int" in inspect("double")["data"]["text/plain"]
    assert "Println" in inspect("fmt.Println")["data"]["text/plain"]
    missing = inspect("no_such_name")
    assert (missing["status"], missing["found"], missing["data"]) == ("ok", False, {})


def test_is_complete_suggests_an_indent(shared):
    reply = shared.wait(shared.request("is_complete_request", {"code": "func f() {\n\tif true {"})).content
    assert reply["status"] == "incomplete" and reply["indent"].strip(" \t") == "" and reply["indent"]


def test_history_has_three_ways_in(kernel):
    for code in ("1 + 1", "2 + 2", "1 + 1"):
        kernel.run(code).ok()

    def history(**how):
        request = {"output": False, "raw": True, **how}
        return kernel.wait(kernel.request("history_request", request)).ok().content["history"]

    assert [h[2] for h in history(hist_access_type="tail", n=2)] == ["2 + 2", "1 + 1"]
    assert [h[1:] for h in history(hist_access_type="range", session=0, start=1, stop=3)] == [[1, "1 + 1"], [2, "2 + 2"]]
    assert [h[2] for h in history(hist_access_type="search", pattern="2*", n=1)] == ["2 + 2"]
    assert [h[2] for h in history(hist_access_type="search", pattern="1 + 1", unique=True)] == ["1 + 1"]
    assert history(hist_access_type="tail", n=1, output=True)[0][2] == ["1 + 1", "2"]


@pytest.mark.parametrize(
    "kind, content, channel",
    [
        ("kernel_info_request", {}, "control"),
        ("complete_request", {"code": "fmt.Printl", "cursor_pos": 10}, "shell"),
        ("inspect_request", {"code": "fmt.Println", "cursor_pos": 11, "detail_level": 0}, "shell"),
        ("is_complete_request", {"code": "func f() {"}, "shell"),
    ],
)
def test_questions_are_answered_while_a_cell_runs(kernel, kind, content, channel):
    busy = kernel.start('fmt.Println("started"); time.Sleep(5 * time.Second)')
    kernel.printed(busy, "started")
    asked = time.monotonic()
    question = kernel.request(kind, content, channel)
    kernel.until(lambda: question.reply, timeout=4, what="an answer during the cell")
    print(f"answered after {time.monotonic() - asked:.3f} s")
    assert question.reply["channel"] == channel
    assert busy.reply is None
    kernel.interrupt()
    kernel.wait(busy).failed()


@pytest.mark.parametrize(
    "code, prompts, want",
    [
        ('var word string; n, err := fmt.Scanln(&word); fmt.Println(n, err, word)', [("", False)], "1 <nil> typed"),
        ('name, err := display.Input("name: "); fmt.Println(name, err)', [("name: ", False)], "typed <nil>"),
        ('secret, err := display.Password("pass: "); fmt.Println(secret, err)', [("pass: ", True)], "typed <nil>"),
        ('lines := bufio.NewScanner(os.Stdin); lines.Scan(); fmt.Println(lines.Text())', [("", False)], "typed"),
    ],
)
def test_a_cell_can_ask_for_input(kernel, code, prompts, want):
    asked = []

    def answer(content):
        asked.append((content["prompt"], content["password"]))
        return "typed"

    request = kernel.run(code, answer=answer).ok()
    assert want in request.stdout
    assert asked == prompts


def test_input_without_a_user_is_an_error_and_no_hang(kernel):
    request = kernel.run('_, err := display.Input("who? "); fmt.Println(err)')
    assert request.status == "error" or request.stdout.strip() not in ("", "<nil>")
    assert kernel.run("1 + 1").result == "2"


def test_interrupt_ends_a_wait_for_input(kernel):
    asked = []
    request = kernel.start('display.Input("never answered")', allow_stdin=True)
    with pytest.raises(InterruptedError):
        kernel.until(lambda: request.done, answer=lambda content: asked.append(content) or interrupted())
    kernel.interrupt()
    kernel.wait(request, timeout=5)
    assert asked and request.status == "error"
    assert kernel.run("1 + 1").result == "2"


def interrupted():
    raise InterruptedError


def plain(text):
    """text without ANSI colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
