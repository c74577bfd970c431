"""Changes a stored run's answers beyond the page: MySQL's limits, and the nodes' state after the whole run."""

from sabotage.homes import FIRST, SECOND
from sabotage.sabotage import table, wrong
from sabotage.tamper import edited

_LOG = "repository/logs/wso2carbon.log"
_LOCKED = f"{_LOG}:812 ERROR AnalyticsDataIndexer - Lock held by another program: /opt/das/index_data/3/write.lock"
_GIVEN_UP = f"{_LOG}:934 ERROR Master - Application Carbon with ID app-1 failed 11 times; removing it"

SABOTAGES = table(
    {
        "OPS-02": {
            "answer-few-connections": wrong(
                "MySQL takes 100 connections",
                edited(f"{FIRST}|{SECOND}", r"SELECT @@GLOBAL\.max_connections", lambda _: [[100, 0]]),
            ),
            "answer-few-connections-of-the-account": wrong(
                "MySQL takes 20 connections of the data sources' account",
                edited(f"{FIRST}|{SECOND}", r"SELECT @@GLOBAL\.max_connections", lambda _: [[5000, 20]]),
            ),
        },
        "OPS-04": {
            "index-locked-after-a-kill": wrong(
                "node 1 could not lock an index after it was killed",
                edited(FIRST, "^indexes that could not be locked in the whole run$", lambda _: [_LOCKED]),
            ),
            "index-queues-grow": wrong(
                "a queue of node 2 gets more pages while nothing is sent",
                edited(SECOND, "^index queues at two readings$", lambda answer: {**answer, "second": {"0P": 9}}),
            ),
        },
        "OPS-11": {
            "application-given-up-after-a-kill": wrong(
                "node 2's Spark master removed the application after a kill",
                edited(SECOND, "^applications that Spark gave up in the whole run$", lambda _: [_GIVEN_UP]),
            ),
        },
    }
)
