"""Rules of an organization's administrator when its office ends and comes back: endpoint, management, administrator, member. The server's chore is asked for by any call that changes a filter."""
import sys
from conform import call, client

endpoint, management, admin, member = sys.argv[1:]
boss, adm, mem = (client(endpoint, a) for a in (management, admin, member))
statuses = lambda of: [f["status"] for f in call(of, "ListFindings", maxResults=100)["findings"]]


def settle(of):
    arn = call(of, "CreateFilter", action="NONE", name="touch", filterCriteria={"severity": [{"comparison": "EQUALS", "value": "LOW"}]})["arn"]
    call(of, "DeleteFilter", arn=arn)


call(boss, "EnableDelegatedAdminAccount", delegatedAdminAccountId=admin)
was = statuses(mem)
assert was.count("ACTIVE") > 10 and "SUPPRESSED" not in was, was
call(adm, "CreateFilter", action="SUPPRESS", name="all", filterCriteria={"findingStatus": [{"comparison": "EQUALS", "value": "ACTIVE"}]})
assert statuses(mem).count("ACTIVE") == 0, statuses(mem)
call(boss, "DisableDelegatedAdminAccount", delegatedAdminAccountId=admin)
settle(adm)
assert statuses(mem) == was, statuses(mem)
call(boss, "EnableDelegatedAdminAccount", delegatedAdminAccountId=admin)
settle(adm)
assert statuses(mem).count("ACTIVE") == 0, statuses(mem)
print("ok")
