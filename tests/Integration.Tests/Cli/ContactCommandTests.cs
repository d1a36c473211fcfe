using Padron.Application.Extractions;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;
using Padron.Projections.Contacts;

namespace Padron.Integration.Tests.Cli;

/// <summary>What an operator does by hand: to one contact, and to an extraction that is not wanted any more.</summary>
public sealed class ContactCommandTests : IAsyncLifetime, IDisposable
{
    readonly PadronDatabase database = new();
    PadronInstallation? installation;

    PadronInstallation Padron => installation!;

    [Fact]
    public async Task A_contact_is_added_corrected_verified_and_invalidated()
    {
        var added = (await Padron.RunAsync("contact", "add", "999 123 4567", "--name", "ANA PEÑA", "--address", "Calle 5", "--as", "ana", "--json")).ShouldBeDone().Json;
        (added.GetProperty("phone").GetString(), added.GetProperty("status").GetString()).ShouldBe(("+529991234567", "unverified"));
        (await Padron.RunAsync("contact", "add", "9991234567")).ShouldHaveFailed(1, "The number is in the register already");
        (await Padron.RunAsync("contact", "add", "5512345678", "--state", "Atlantis")).ShouldHaveFailed(1, "There is no state 'Atlantis'.");

        (await Padron.RunAsync("contact", "correct", "9991234567")).ShouldHaveFailed(2, "Say what to correct: --name, --address");
        (await Padron.RunAsync("contact", "correct", "9991234568", "--name", "LUIS")).ShouldHaveFailed(1, "The number is not in the register");
        (await Padron.RunAsync("contact", "correct", "9991234567", "--address", "", "--state", "campeche")).ShouldBeDone().StdOut
            .ShouldBe("+529991234567 is corrected. Its status is Unverified.\n");
        (await Padron.RunAsync("contact", "correct", "9991234567", "--address", "", "--state", "CAMP")).ShouldBeDone().StdOut
            .ShouldBe("+529991234567 was corrected already: nothing changed. Its status is Unverified.\n");

        (await Padron.RunAsync("contact", "verify", "9991234567", "--carrier", "TELCEL", "--evidence", "called")).ShouldBeDone().StdOut.ShouldContain("is verified. Its status is Verified.");
        (await Padron.RunAsync("contact", "invalidate", "9991234567", "--reason", "marked_invalid_in_source")).ShouldHaveFailed(2, "out_of_service");
        (await Padron.RunAsync("contact", "invalidate", "9991234567", "--reason", "out_of_service")).ShouldBeDone().StdOut.ShouldContain("is invalidated. Its status is Invalid.");

        (await Padron.RunAsync("contact", "sent", "9991234567", "--message", "m-1", "--at", "2026-11-20T09:30:00-06:00")).ShouldBeDone().StdOut
            .ShouldBe("+529991234567 is recorded as sent. Its status is Invalid.\n");
        (await Padron.RunAsync("contact", "sent", "9991234567", "--message", "m-1")).ShouldBeDone().StdOut
            .ShouldBe("+529991234567 was recorded as sent already: nothing changed. Its status is Invalid.\n");
        (await Padron.RunAsync("contact", "sent", "9991234567", "--at", "2026-11-20 09:30")).ShouldHaveFailed(2, "is no moment with its zone");
        (await Padron.RunAsync("contact", "sent", "9991234568")).ShouldHaveFailed(1, "The number is not in the register");

        var contact = (await Padron.RunAsync("contact", "show", "9991234567", "--json")).ShouldBeDone().Json;
        (contact.GetProperty("fullName").GetString(), contact.GetProperty("stateCode").GetString(), contact.GetProperty("city").GetString(), contact.TryGetProperty("address", out _))
            .ShouldBe(("ANA PEÑA", "CAMP", "Mérida", false));
        (contact.GetProperty("sendCount").GetInt32(), contact.GetProperty("lastSentAt").GetDateTimeOffset()).ShouldBe((1, new(2026, 11, 20, 9, 30, 0, TimeSpan.FromHours(-6))));
        (await Padron.RunAsync("contact", "history", "9991234567", "--json")).ShouldBeDone().Json.EnumerateArray().Select(entry => entry.GetProperty("sentence").GetString()).ShouldBe(
        [
            "Added to the register by ana.",
            "Details corrected: address Calle 5 → unknown, state YUC → CAMP.",
            "Verified as a mobile line by an operator (TELCEL).",
            "Invalidated: out of service.",
            "Message m-1 was accepted by the provider.",
        ]);
    }

    [Fact]
    public async Task Counts_and_a_contact_are_shown_as_they_were_at_a_position_or_at_the_end_of_a_day()
    {
        await database.GivenVerifiedAsync(2);
        await database.ExecuteAsync("update events.mt_events set timestamp = '2026-11-20 12:00+00'");
        var optedOut = (await Padron.RunAsync("contact", "opt-out", "5510000000", "--json")).ShouldBeDone().Json.GetProperty("position").GetInt64();

        (await Padron.RunAsync("availability", "--json")).ShouldBeDone().Json.EnumerateObject().Select(status => $"{status}").ShouldBe(["\"OPTED_OUT\": 1", "\"VERIFIED\": 1"]);
        foreach (var when in new[] { $"{optedOut - 1}", "2026-11-20" })
        {
            (await Padron.RunAsync("availability", "--as-of", when, "--json")).ShouldBeDone().Json.EnumerateObject().Select(status => $"{status}").ShouldBe(["\"VERIFIED\": 2"]);
            (await Padron.RunAsync("contact", "show", "5510000000", "--as-of", when, "--json")).ShouldBeDone().Json.GetProperty("status").GetString().ShouldBe("verified");
        }

        (await Padron.RunAsync("contact", "show", "5510000000", "--as-of", $"{optedOut}")).ShouldBeDone().StdOut.ShouldContain("OptedOut");
        (await Padron.RunAsync("contact", "show", "5510000000", "--as-of", "2026-11-19")).ShouldHaveFailed(1, "The register knows nothing of");
        (await Padron.RunAsync("availability", "--as-of", $"{optedOut + 1}")).ShouldHaveFailed(1, "lies ahead");
        (await Padron.RunAsync("availability", "--as-of", "2026-11-20T12:00:00Z")).ShouldHaveFailed(2, "events are in the order of their positions");
    }

    [Fact]
    public async Task An_extraction_that_must_be_exact_gives_back_what_is_too_little()
    {
        var phones = await database.GivenVerifiedAsync(3);
        await database.CatchUpAsync();
        Padron.Environment["PADRON_READ_PATIENCE"] = "0";
        var path = Padron.PathOf("exact.txt");
        await using (var paused = await Hold.WriterOfAsync(database, ContactsProjection.Definition))
        {
            await database.Contacts.ExecuteAsync(
                phones[0], new OptOutContact(phones[0], OptOutMethod.Api, null, null, DateTimeOffset.UnixEpoch), ContactDecider.Decide, EventMetadata.None);

            var refused = await Padron.RunAsync("extract", "--state", "CDMX", "--amount", "3", "--format", "txt", "--out", path, "--exact");

            refused.ExitCode.ShouldBe(1);
            refused.StdErr.ShouldContain("Only 2 of 3 contacts were left, and no fewer were wanted.");
        }

        File.Exists(path).ShouldBeFalse();
        (await Padron.RunAsync("extract", "--state", "CDMX", "--amount", "2", "--format", "txt", "--out", path, "--exact")).ShouldBeDone();
    }

    [Fact]
    public async Task An_extraction_is_cancelled_before_its_delivery_and_not_after_it()
    {
        await database.GivenVerifiedAsync(3);
        await database.CatchUpAsync();
        var request = new ExtractionRequested(new(SelectionKind.State, StateCode: "CDMX"), 2, ExtractionFormat.Txt, null, "ana", DateTimeOffset.UnixEpoch);
        var id = Guid.CreateVersion7();
        await database.Store.AppendAsync(id, 0, [request], EventMetadata.None);
        await database.Get<Claim>().RunAsync(id, request, EventMetadata.None);

        (await Padron.RunAsync("extractions", "cancel", $"{id}")).ShouldBeDone().StdOut.ShouldBe($"Extraction {id} is cancelled; 2 contacts are given back.\n");
        (await Padron.RunAsync("extractions", "cancel", $"{id}")).ShouldBeDone().StdOut.ShouldBe($"Extraction {id} was cancelled already; 2 contacts are given back.\n");
        (await Padron.RunAsync("extractions", "show", $"{id}", "--json")).ShouldBeDone().Json.GetProperty("status").GetString().ShouldBe("CANCELLED");

        var delivered = (await Padron.RunAsync("extract", "--state", "CDMX", "--amount", "3", "--format", "txt", "--out", Padron.PathOf("all.txt"), "--json")).ShouldBeDone().Json;
        var refused = await Padron.RunAsync("extractions", "cancel", delivered.GetProperty("extractionId").GetString()!);
        refused.ExitCode.ShouldBe(1);
        refused.StdErr.ShouldContain("it can't be cancelled any more");
    }

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        installation = PadronInstallation.Of(database);
    }

    public Task DisposeAsync() => database.DisposeAsync();

    public void Dispose() => installation?.Dispose();
}
