"""JupyterLab in a real browser: the launcher shows Parago, a notebook runs from top to bottom.

PARAGO_LAB_DIR       the folder that JupyterLab serves, with the notebook in it
PARAGO_LAB_NOTEBOOK  the notebook's file name
PARAGO_LAB_EXPECT    texts that its outputs must show, one a line
PARAGO_SCREENSHOT    where a picture of the executed notebook goes
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from driver import NAME, eventually

pytestmark = pytest.mark.limit(180)

NOTEBOOK = os.environ.get("PARAGO_LAB_NOTEBOOK", "01-first-pool.ipynb")

# Settings of a user who wants no news and all cells in the page.
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},
}

# Without these, Chromium as root in a container starts no sandbox, and asks its maker for updates.
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1100,1080",
]


@pytest.fixture(scope="module")
def folder():
    return pathlib.Path(os.environ["PARAGO_LAB_DIR"])


@pytest.fixture(scope="module")
def lab(folder, tmp_path_factory):
    """A JupyterLab server; yields its address."""
    private = tmp_path_factory.mktemp("lab")
    for name, values in SETTINGS.items():
        file = private / "settings" / "@jupyterlab" / (name + ".jupyterlab-settings")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    runtime = private / "runtime"
    env = {
        **os.environ,
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "JUPYTERLAB_SETTINGS_DIR": str(private / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(private / "workspaces"),
        "JUPYTER_CONFIG_DIR": str(private / "config"),
    }
    log = open(private / "log", "w+")
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0",
         "--IdentityProvider.token=", "--ServerApp.allow_unauthenticated_access=True",
         f"--ServerApp.root_dir={folder}", "--LabApp.news_url="],
        env=env, stdout=log, stderr=log,
    )  # fmt: skip
    try:
        yield address(server, runtime, log)
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def address(server, runtime, log):
    """Where the server listens, from the file that it writes when it does."""

    def info():
        files = list(runtime.glob("jpserver-*.json"))
        return json.loads(files[0].read_text() or "{}") if files else {}

    found = eventually(info, lambda i: "url" in i or server.poll() is not None, 60)
    if "url" not in found:
        log.seek(0)
        pytest.fail("JupyterLab has not started:\n" + log.read())
    return found["url"]


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    driver = shutil.which("chromedriver")
    if not executable or not driver:
        missing = "a browser (chromium)" if not executable else "chromedriver (chromium-driver)"
        pytest.skip(f"{missing} is needed on PATH")
    options = webdriver.ChromeOptions()
    options.binary_location = executable
    profile = tmp_path_factory.mktemp("profile")
    for argument in [*ARGUMENTS, f"--user-data-dir={profile}"]:
        options.add_argument(argument)
    chrome = webdriver.Chrome(options, webdriver.ChromeService(driver))
    try:
        yield chrome
    finally:
        chrome.quit()


def wait(browser, condition, what, seconds=60):
    waiting = WebDriverWait(browser, seconds, poll_frequency=0.1, ignored_exceptions=[StaleElementReferenceException])
    return waiting.until(condition, what)


def find(browser, css):
    return browser.find_elements(By.CSS_SELECTOR, css)


def menu(browser, title, item):
    """Chooses an item of the menu bar, as a hand with a mouse does, as soon as the page lets it."""

    def chosen(b):
        bar = labelled(b, ".lm-MenuBar-itemLabel", title)
        if not bar:
            return False
        bar.click()
        entry = wait(b, lambda b: labelled(b, ".lm-Menu-itemLabel", item), f"the menu item {item}")
        if "lm-mod-disabled" in entry.find_element(By.XPATH, "./ancestor::li").get_attribute("class"):
            webdriver.ActionChains(b).send_keys(Keys.ESCAPE).perform()
            return False
        entry.click()
        return True

    wait(browser, chosen, f"the menu item {title}, {item}")


def labelled(browser, css, text):
    return next((e for e in find(browser, css) if e.text == text and e.is_displayed()), None)


def run_all(browser):
    """Runs all cells once there is a kernel. A page that is busy starting drops the order without a word: then it is given again."""
    name = KernelSpecManager().get_kernel_spec(NAME).display_name
    wait(browser, lambda b: any(name in e.text for e in find(b, ".jp-NotebookPanel-toolbar .jp-KernelName")), f"the kernel {name}")
    wait(browser, lambda b: find(b, ".jp-Notebook-ExecutionIndicator[data-status=idle]"), "an idle kernel")

    def ordered(b):
        menu(b, "Run", "Run All Cells")
        return eventually(lambda: any(p.strip("[]: ") for p in prompts(b)), bool, 10)

    wait(browser, ordered, "a cell that runs")


def prompts(browser):
    """What stands before the cells: [ ], [*] while one waits or runs, or its number."""
    css = ".jp-CodeCell .jp-InputPrompt"
    return browser.execute_script("return [...document.querySelectorAll(arguments[0])].map(e => e.textContent.trim())", css)


def test_the_launcher_shows_the_kernel(lab, browser, folder):
    display_name = KernelSpecManager().get_kernel_spec(NAME).display_name
    browser.get(lab + "lab?reset")
    card = wait(
        browser,
        lambda b: next((c for c in find(b, ".jp-LauncherCard[data-category=Notebook]") if display_name in c.text), None),
        f"a tile called {display_name}",
    )
    loaded = "const i = arguments[0].querySelector('img'); return !!i && i.complete && i.naturalWidth > 0"
    wait(browser, lambda b: b.execute_script(loaded, card), "the tile's logo")
    browser.save_screenshot(str(folder / "launcher.png"))


def test_the_notebook_runs_from_top_to_bottom(lab, browser, folder):
    browser.get(f"{lab}lab/tree/{NOTEBOOK}?reset")
    cells = [c for c in json.loads((folder / NOTEBOOK).read_text())["cells"] if c["cell_type"] == "code"]
    wait(browser, lambda b: len(find(b, ".jp-CodeCell")) == len(cells), f"{len(cells)} code cells")
    run_all(browser)
    filled = [i for i, c in enumerate(cells) if "".join(c["source"]).strip()]

    def finished(b):
        shown = prompts(b)
        return all(shown[i].strip("[]: ").isdigit() for i in filled)

    wait(browser, finished, f"all cells to have run; prompts {prompts(browser)}", seconds=120)
    shown = "\n".join(e.text for e in find(browser, ".jp-OutputArea-output"))
    errors = [e.text for e in find(browser, ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']")]
    assert not errors
    for text in filter(None, os.environ.get("PARAGO_LAB_EXPECT", "").split("\n")):
        assert text in shown, shown
    picture(browser, folder)
    save(browser, folder, len(filled))


def picture(browser, folder):
    """A picture of the first cell that uses a pool, for the README; without the list of files."""
    webdriver.ActionChains(browser).key_down(Keys.CONTROL).send_keys("b").key_up(Keys.CONTROL).perform()
    wait(browser, lambda b: not any(e.is_displayed() for e in find(b, "#filebrowser")), "a closed sidebar")
    pool = next((c for c in find(browser, ".jp-CodeCell") if "procpool." in c.text), None)
    if pool:
        browser.execute_script("arguments[0].scrollIntoView({block: 'start'})", pool)
    path = os.environ.get("PARAGO_SCREENSHOT") or str(folder / "notebook.png")
    assert browser.save_screenshot(path)
    print("screenshot:", path)


def save(browser, folder, executed):
    """Saves the notebook; whoever runs this suite checks its outputs in the file."""
    menu(browser, "File", "Save Notebook")

    def counts():
        try:
            saved = json.loads((folder / NOTEBOOK).read_text())["cells"]
        except json.JSONDecodeError:  # it is being written
            return 0
        return sum(1 for c in saved if c.get("execution_count"))

    assert eventually(counts, lambda n: n >= executed, 20) >= executed


def test_the_notebook_is_coloured_as_go(lab, browser):
    assert find(browser, ".jp-CodeCell .cm-content[data-language=go]"), "the editor does not know the language"


def test_a_notebook_for_another_go_kernel_runs(lab, browser, folder):
    """It names a kernel that is not there. JupyterLab takes the one that speaks the language which the file notes."""
    cell = nbformat.v4.new_code_cell('import "fmt"\n\n%%\nfmt.Println("gonb", "style")')
    kernelspec = {"name": "gonb", "display_name": "Go (gonb)", "language": "go"}
    metadata = {"kernelspec": kernelspec, "language_info": {"name": "go"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=metadata), folder / "gonb.ipynb")
    browser.get(f"{lab}lab/tree/gonb.ipynb?reset")
    wait(browser, lambda b: len(find(b, ".jp-CodeCell")) == 1, "one code cell")
    run_all(browser)
    wait(browser, lambda b: [e for e in find(b, ".jp-OutputArea-output") if e.text == "gonb style"], "its output", seconds=120)
