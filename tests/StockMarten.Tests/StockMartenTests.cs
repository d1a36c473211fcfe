using JasperFx;

namespace Padron.StockMarten.Tests;

/// <summary>Another application on a register, with nothing of ours but the names of events: it reads and appends.</summary>
public sealed class StockMartenTests(UpgradedRegister register) : IClassFixture<UpgradedRegister>
{
    static readonly string[] Imported = ["contact_imported", "contact_verified"];
    static readonly string[] Released = [.. Imported, "contact_extracted", "contact_released"];
    static readonly string[] Extracted = [.. Imported, "contact_extracted"];

    [Fact]
    public async Task Streams_are_read_with_their_metadata()
    {
        var phone = register.PhoneOf(Released);
        await using var session = register.Store.QuerySession();

        var events = await session.Events.FetchStreamAsync(await register.IdOfAsync(phone));

        events.Select(e => e.Version).ShouldBe([1, 2, 3, 4]);
        events.Select(e => e.UserName).ShouldAllBe(user => user == "ana");
        events.Select(e => e.Sequence).ShouldBeInOrder();
        var imported = events[0].Data.ShouldBeOfType<ContactImported>();
        imported.Phone.ShouldBe(phone);
        imported.Details.StateCode.ShouldBe("NL");
        events[0].CorrelationId.ShouldBe(imported.ImportId.ToString());
        events[1].Data.ShouldBeOfType<ContactVerified>().Method.ShouldBe("numbering_plan");
        var extraction = events[2].Data.ShouldBeOfType<ContactExtracted>().ExtractionId;
        events[3].Data.ShouldBeOfType<ContactReleased>().ExtractionId.ShouldBe(extraction);
    }

    [Fact]
    public async Task An_append_of_another_application_is_in_the_history_and_in_the_read_model()
    {
        var phone = register.PhoneOf(Released);
        await using (var session = register.Store.LightweightSession())
        {
            session.LastModifiedBy = "campaigns";
            var stream = await session.Events.FetchForWriting<ContactSeen>(await register.IdOfAsync(phone));
            (stream.Aggregate!.Phone, stream.Aggregate.Sent).ShouldBe((phone, 0));
            stream.AppendOne(new ContactSent("m-77", "p-77", new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero)));
            await session.SaveChangesAsync();
        }

        var last = (await register.AskAsync("contact", "history", phone)).EnumerateArray().Last();
        last.GetProperty("version").GetInt64().ShouldBe(5);
        last.GetProperty("user").GetString().ShouldBe("campaigns");
        last.GetProperty("sentence").GetString().ShouldBe("Message m-77 was accepted by the provider as p-77.");
        (await register.AskAsync("contact", "show", phone)).GetProperty("sendCount").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task What_the_program_appended_meanwhile_is_a_conflict_for_another_application()
    {
        var phone = register.PhoneOf(Extracted);
        await using var session = register.Store.LightweightSession();
        var stream = await session.Events.FetchForWriting<ContactSeen>(await register.IdOfAsync(phone));
        stream.Aggregate!.IsOptedOut.ShouldBeFalse();

        (await register.AskAsync("contact", "opt-out", phone, "--reason", "ALTO")).GetProperty("changed").GetBoolean().ShouldBeTrue();
        stream.AppendOne(new ContactSent("m-78", null, new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero)));

        await Should.ThrowAsync<ConcurrencyException>(() => session.SaveChangesAsync());
        await using var later = register.Store.QuerySession();
        var contact = (await later.Events.AggregateStreamAsync<ContactSeen>(stream.Id))!;
        (contact.IsOptedOut, contact.Sent).ShouldBe((true, 0));
    }

    [Fact]
    public async Task The_schema_is_the_one_that_Marten_wants() =>
        await register.Store.Storage.Database.AssertDatabaseMatchesConfigurationAsync();
}
