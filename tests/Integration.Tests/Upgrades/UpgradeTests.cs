using System.Text.Json;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Upgrades;

/// <summary>A register that was made before the move to Marten, opened by the program of today.</summary>
public sealed class UpgradeTests : IAsyncLifetime
{
    OldRegister? restored;

    OldRegister Register => restored!;

    public async Task InitializeAsync() => restored = await OldRegister.RestoreAsync();

    public async Task DisposeAsync() => await Register.DisposeAsync();

    [Fact]
    public async Task Counts_and_lists_are_those_of_before()
    {
        (await Register.AskAsync("availability")).ShouldHold(OldRegister.Before.GetProperty("availability"));
        foreach (var list in (string[])["imports", "extractions", "segments", "audiences"])
            (await Register.AskAsync(list, "list")).ShouldHold(OldRegister.Before.GetProperty(list), list);
        await ShouldStillBeAsync("contacts", "select count(*) from read.contacts");
        JsonDocument.Parse(await Register.ScalarAsync<string>(
            """
            select json_agg(c order by state collate "C", status collate "C")::text
              from (select coalesce(state_code, '') as state, status, count(*) as contacts from read.contacts group by 1, 2) c
            """)).RootElement.ShouldHold(OldRegister.Before.GetProperty("counts"));
    }

    [Fact]
    public async Task No_event_is_lost_or_made_by_opening_it()
    {
        (await Register.Padron.RunAsync("init")).ShouldBeDone();
        (await Register.Padron.RunAsync("availability")).ShouldBeDone();

        await ShouldStillBeAsync("events", "select count(*) from events.mt_events");
        await ShouldStillBeAsync("streams", "select count(*) from events.mt_streams");
        await ShouldStillBeAsync("lastPosition", "select max(seq_id) from events.mt_events");
    }

    [Fact]
    public async Task What_was_paused_and_what_could_not_be_applied_stays_so()
    {
        await Register.ExecuteAsync(
            """
            insert into projections.holds (name, held_by) values ('imports', 'ana');
            insert into projections.parked_events (projection, position, stream_id, version, type, error, tries, failed_at)
            select 'contacts', seq_id, stream_id, version, type, case when version = 1 then '22012: division by zero' end, case when version = 1 then 2 else 0 end,
                   case when version = 1 then now() end
              from events.mt_events
             where stream_id = (select stream_id from events.mt_events where type like 'contact_%' group by 1 having count(*) = 3 order by 1 limit 1)
            """);

        var letters = (await Register.AskAsync("projections", "dead-letters", "contacts")).EnumerateArray().ToArray();
        letters.Select(letter => letter.GetProperty("version").GetInt64()).ShouldBe([1, 2, 3]);
        letters.Select(letter => letter.GetProperty("tries").GetInt32()).ShouldBe([2, 0, 0]);
        letters[0].GetProperty("error").GetString().ShouldBe("22012: division by zero");
        (await Register.AskAsync("projections", "status")).EnumerateArray()
            .Single(projection => projection.GetProperty("name").GetString() == "imports").GetProperty("state").GetString().ShouldBe("paused");
        (await Register.ScalarAsync<bool>("select to_regnamespace('projections') is null")).ShouldBeTrue();
    }

    [Fact]
    public async Task Contacts_keep_their_histories()
    {
        foreach (var contact in OldRegister.Before.GetProperty("histories").EnumerateArray())
        {
            var phone = contact.GetProperty("phone").GetString()!;
            (await Register.AskAsync("contact", "history", phone)).ShouldHold(contact.GetProperty("history"), phone);
        }
    }

    [Fact]
    public async Task Every_read_model_is_up_to_date_and_a_rebuild_of_the_contacts_finds_no_difference()
    {
        foreach (var projection in (await Register.AskAsync("projections", "status")).EnumerateArray())
        {
            projection.GetProperty("state").GetString().ShouldBe("running", projection.ToString());
            projection.GetProperty("behind").GetInt64().ShouldBe(0, projection.ToString());
        }

        await NothingDiffersAsync();
    }

    [Fact]
    public async Task An_extraction_takes_contacts_that_were_never_handed_out()
    {
        var before = OldRegister.Before.GetProperty("availability");
        var path = Register.Padron.PathOf("new.txt");

        var extracted = await Register.AskAsync("extract", "--state", "JAL", "--amount", "30", "--format", "txt", "--out", path);

        extracted.GetProperty("obtained").GetInt32().ShouldBe(30);

        var after = await Register.AskAsync("availability");
        after.GetProperty("EXTRACTED").GetInt64().ShouldBe(before.GetProperty("EXTRACTED").GetInt64() + 30);
        after.GetProperty("VERIFIED").GetInt64().ShouldBe(before.GetProperty("VERIFIED").GetInt64() - 30);
        var phone = (await File.ReadAllLinesAsync(path))[0];
        Types(await Register.AskAsync("contact", "history", phone)).ShouldBe(["contact_imported", "contact_verified", "contact_extracted"]);
        (await Register.AskAsync("contact", "opt-out", phone)).GetProperty("changed").GetBoolean().ShouldBeTrue();
        await NothingDiffersAsync();
    }

    [Fact]
    public async Task An_old_extraction_writes_the_same_file_again()
    {
        var delivered = Of("extractions", "jalisco.txt");

        var again = await Register.AskAsync(
            "extractions", "resume", delivered.GetProperty("id").GetString()!, "--out", Register.Padron.PathOf("again.txt"));

        again.GetProperty("file").GetProperty("sha256").GetString().ShouldBe(delivered.GetProperty("fileSha256").GetString());
    }

    [Fact]
    public async Task An_import_brings_what_is_new_and_is_taken_back()
    {
        var file = Register.Padron.PathOf("more.db");
        var truth = await Register.AskAsync("sample", "--contacts", "120", "--seed", "21", "--out", file);

        var import = await Register.AskAsync("import", file, "--no-backup");

        var tally = import.GetProperty("tally");
        var taken = tally.GetProperty("imported").GetInt64() + tally.GetProperty("alreadyKnown").GetInt64();
        taken.ShouldBe(truth.GetProperty("imported").GetInt64());
        await NothingDiffersAsync();

        (await Register.Padron.RunAsync("imports", "rollback", import.GetProperty("importId").GetString()!)).ShouldBeDone();
        (await Register.AskAsync("availability")).ShouldHold(OldRegister.Before.GetProperty("availability"));
    }

    [Fact]
    public async Task An_old_import_is_taken_back()
    {
        var import = Of("imports", "second.db");

        var back = await Register.AskAsync("imports", "rollback", import.GetProperty("id").GetString()!);

        // What the program of before took back of it: 11 have events of their own, and 8 get the details back that the import changed.
        foreach (var (count, expected) in new[] { ("removed", 83), ("withdrawn", 11), ("restored", 8) })
            back.GetProperty(count).GetInt64().ShouldBe(expected, count);
        var orphans = await Register.ScalarAsync<long>(
            "select count(*) from events.mt_events e where not exists (select from events.mt_streams s where s.id = e.stream_id)");
        orphans.ShouldBe(0);
        await NothingDiffersAsync();
    }

    [Fact]
    public async Task An_extraction_that_waited_in_the_queue_is_delivered()
    {
        var id = OldRegister.Before.GetProperty("waitingExtraction").GetString()!;
        var isDelivered = $"select exists (select from read.extractions where id = '{id}' and status = 'DELIVERED')";
        using (var serve = Register.Padron.Start("serve", "--urls", $"http://127.0.0.1:{Ports.Free()}"))
        {
            await Eventually.TrueAsync(async () => serve.HasExited || await Register.ScalarAsync<bool>(isDelivered));
            await serve.TerminateAsync();
            (await serve.EndAsync()).ShouldBeDone();
        }

        var shown = await Register.AskAsync("extractions", "show", id);
        (shown.GetProperty("status").GetString(), shown.GetProperty("obtained").GetInt32()).ShouldBe(("DELIVERED", 6));
    }

    [Fact]
    public async Task Processes_that_open_it_at_once_all_find_it_whole()
    {
        var ends = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Register.Padron.RunAsync("availability", "--json")));

        foreach (var end in ends)
            end.ShouldBeDone().Json.ShouldHold(OldRegister.Before.GetProperty("availability"));
        (await Register.AskAsync("init")).GetProperty("schemaScripts").GetInt32().ShouldBe(0);
    }

    async Task NothingDiffersAsync()
    {
        var rebuilt = await Register.AskAsync("projections", "rebuild", "contacts", "--verify");
        rebuilt.GetProperty("swapped").GetBoolean().ShouldBeTrue();
        foreach (var table in rebuilt.GetProperty("differences").EnumerateArray())
        {
            foreach (var kind in (string[])["onlyLive", "onlyRebuilt", "different"])
                table.GetProperty(kind).GetInt64().ShouldBe(0, table.ToString());
        }
    }

    async Task ShouldStillBeAsync(string count, string sql) =>
        (await Register.ScalarAsync<long>(sql)).ShouldBe(OldRegister.Before.GetProperty(count).GetInt64(), count);

    static JsonElement Of(string list, string file) =>
        OldRegister.Before.GetProperty(list).EnumerateArray().First(item => item.GetProperty("fileName").GetString() == file);

    static IEnumerable<string?> Types(JsonElement history) =>
        history.EnumerateArray().Select(entry => entry.GetProperty("type").GetString());
}
