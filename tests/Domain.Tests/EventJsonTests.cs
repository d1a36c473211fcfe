using System.Text.Json;
using System.Text.Json.Nodes;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Domain.Imports;
using Padron.Domain.Numbering;
using Padron.Domain.Tests.Contacts;

namespace Padron.Domain.Tests;

public sealed class EventJsonTests
{
    public static TheoryData<string> Names => [.. StoredEvents.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void An_event_is_stored_in_this_form_and_no_other(string name)
    {
        var (@event, json) = StoredEvents.All[name];
        var written = Write(@event);
        JsonNode.DeepEquals(JsonNode.Parse(written), JsonNode.Parse(json)).ShouldBeTrue($"{name} is written as {written}");
    }

    [Theory, MemberData(nameof(Names))]
    public void What_is_stored_can_be_read(string name)
    {
        var (@event, json) = StoredEvents.All[name];
        var read = JsonSerializer.Deserialize(json, @event.GetType(), EventJson.Default)!;
        if (@event is ImportStarted or ImportInterrupted or ImportCompleted or ImportValidated or ImportPrepared or ImportSampled or ImportEstimated or ImportTuned)
            read.ShouldBeEquivalentTo(@event); // it holds a dictionary or a list, which have no equality of values
        else
            read.ShouldBe(@event);
        Write(read).ShouldBe(Write(@event));
    }

    [Theory, MemberData(nameof(Names))]
    public void The_name_in_the_store_is_the_class_in_snake_case(string name) =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(StoredEvents.All[name].Event.GetType().Name).ShouldBe(name);

    [Fact]
    public void Every_class_of_event_is_registered_can_be_written_and_is_pinned_here()
    {
        var classes = typeof(EventJson).Assembly.GetTypes().Where(type => !type.IsAbstract && IsEvent(type)).ToArray();
        classes.ShouldNotBeEmpty();
        classes.ShouldAllBe(type => EventJson.Default.GetTypeInfo(type) != null);
        EventJson.EventClasses.ShouldBe(classes, ignoreOrder: true);
        StoredEvents.All.Values.Select(stored => stored.Event.GetType()).ShouldBe(classes, ignoreOrder: true);
    }

    [Fact]
    public void What_is_absent_is_left_out()
    {
        Write(new ContactVerified(VerificationMethod.Manual, Carrier: null, Evidence: null, Facts.At))
            .ShouldBe("""{"method":"manual","verifiedAt":"2026-03-14T15:09:26+00:00"}""");
        JsonNode.Parse(Write(Facts.Imported with { Details = new() }))!["details"]!.AsObject().ShouldBeEmpty();
    }

    [Fact]
    public void What_an_event_leaves_out_is_read_as_absent() =>
        JsonSerializer.Deserialize("""{"method":"manual","verifiedAt":"2026-03-14T15:09:26Z"}""", EventJson.Default.ContactVerified)
            .ShouldBe(new ContactVerified(VerificationMethod.Manual, null, null, Facts.At));

    [Fact]
    public void A_request_from_before_exact_amounts_is_read_and_written_as_it_was()
    {
        const string Stored = """{"selection":{"kind":"premium"},"amount":5,"format":"txt","requestedBy":"ana","requestedAt":"2026-03-14T15:09:26+00:00"}""";
        var request = JsonSerializer.Deserialize(Stored, EventJson.Default.ExtractionRequested)!;
        request.ShouldBe(new ExtractionRequested(new(SelectionKind.Premium), 5, ExtractionFormat.Txt, null, "ana", Facts.At, Exact: false));
        Write(request).ShouldBe(Stored);
    }

    [Fact]
    public void What_was_stored_before_imports_changed_details_is_read_and_written_as_it_was()
    {
        const string Corrected = """{"details":{"fullName":"ANA"},"changedBy":"ana","changedAt":"2026-03-14T15:09:26+00:00"}""";
        Write(JsonSerializer.Deserialize(Corrected, EventJson.Default.ContactDetailsChanged)!).ShouldBe(Corrected);
        JsonSerializer.Deserialize("""{"removed":58,"withdrawn":2,"rolledBackAt":"2026-03-14T15:09:26Z"}""", EventJson.Default.ImportRolledBack)
            .ShouldBe(new ImportRolledBack(58, 2, Facts.At, Restored: 0));
        const string Completed = """
            {"tally":{"rowsRead":3,"imported":1,"alreadyKnown":2,"duplicates":0,"rejected":{},"verified":1,"notMobile":0,"invalidated":0,"unverified":0,"ladaInferred":0},
             "completedAt":"2026-03-14T15:09:26Z"}
            """;
        JsonSerializer.Deserialize(Completed, EventJson.Default.ImportCompleted)!.Tally.DetailsChanged.ShouldBe(0);
    }

    [Fact]
    public void An_import_and_a_rollback_from_before_there_were_phases_are_read_and_written_as_they_were()
    {
        const string Started = """{"fileName":"a.db","fileBytes":1,"fileSha256":"ab","rows":2,"startedAt":"2026-03-14T15:09:26+00:00"}""";
        Write(JsonSerializer.Deserialize(Started, EventJson.Default.ImportStarted)!).ShouldBe(Started);
        const string Rollback = """{"startedAt":"2026-03-14T15:09:26+00:00"}""";
        Write(JsonSerializer.Deserialize(Rollback, EventJson.Default.ImportRollbackStarted)!).ShouldBe(Rollback);
    }

    [Fact]
    public void What_a_correction_took_away_is_absent_from_the_details() =>
        JsonNode.Parse(Write(Facts.DetailsChanged))!["details"]!.AsObject().Select(member => member.Key)
            .ShouldBe(["phoneOriginal", "fullName", "neighborhood", "municipality", "stateCode", "city", "migratedAt"]);

    [Fact]
    public void Members_a_newer_program_added_are_passed_over() =>
        JsonSerializer.Deserialize("""{"reason":"impossible","invalidatedAt":"2026-03-14T15:09:26Z","weight":3}""", EventJson.Default.ContactInvalidated)
            .ShouldBe(new ContactInvalidated(InvalidationReason.Impossible, Facts.At));

    [Fact]
    public void Values_of_an_enum_are_stored_by_these_names()
    {
        Stored<VerificationMethod>(m => new ContactVerified(m, null, null, Facts.At), "method").ShouldBe(["numbering_plan", "carrier_lookup", "manual"]);
        Stored<InvalidationReason>(r => new ContactInvalidated(r, Facts.At), "reason").ShouldBe(["marked_invalid_in_source", "out_of_service", "impossible"]);
        Stored<ReleaseReason>(r => new ContactReleased(Facts.ExtractionId, r, Facts.At), "reason").ShouldBe(["extraction_cancelled", "extraction_failed"]);
        Stored<OptOutMethod>(m => new ContactOptedOut(null, m, null, null, Facts.At), "method")
            .ShouldBe(["sms_keyword", "api", "telegram_bot", "panel", "provider", "complaint", "registry", "cli"]);
        Stored<ExtractionFormat>(f => new ExtractionRequested(new(SelectionKind.Premium), 1, f, null, "ana", Facts.At), "format").ShouldBe(["xlsx", "txt"]);
        Enum.GetValues<SelectionKind>().Select(kind => JsonNode.Parse(JsonSerializer.Serialize(new Selection(kind), EventJson.Default.Selection))!["kind"]!.GetValue<string>())
            .ShouldBe(["premium", "state", "city", "municipality", "lada", "segment"]);
        var rejected = Enum.GetValues<RejectionReason>().ToDictionary(reason => reason, _ => 1L);
        JsonNode.Parse(Write(new ImportCompleted(ImportTally.Zero with { Rejected = rejected }, Facts.At)))!["tally"]!["rejected"]!.AsObject().Select(reason => reason.Key)
            .ShouldBe(["empty", "letters", "several_numbers", "lossy_notation", "placeholder", "foreign", "too_short", "too_long", "unknown_lada", "unknown_calling_code"]);
    }

    [Fact]
    public void An_enum_is_never_read_from_a_number() =>
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize("""{"reason":1,"invalidatedAt":"2026-03-14T15:09:26Z"}""", EventJson.Default.ContactInvalidated));

    static IEnumerable<string> Stored<T>(Func<T, object> @event, string member)
        where T : struct, Enum =>
        Enum.GetValues<T>().Select(value => JsonNode.Parse(Write(@event(value)))![member]!.GetValue<string>());

    // An event is what derives from an abstract record named so, also where a new family of them is added.
    static bool IsEvent(Type type) => type.BaseType is { IsAbstract: true } family && family.Name.EndsWith("Event", StringComparison.Ordinal);

    static string Write(object @event) => JsonSerializer.Serialize(@event, @event.GetType(), EventJson.Default);
}
