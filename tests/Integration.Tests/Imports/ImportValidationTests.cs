using System.Text.Json;
using Padron.Application.Contacts;
using Padron.Application.Imports;
using Padron.Application.Imports.Validation;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Imports;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Samples;
using Padron.MartenExtensions;
using Padron.Projections.Contacts;

namespace Padron.Integration.Tests.Imports;

/// <summary>What a validation finds: nothing in a clean import, and of each fault that is put into one the check whose business it is.</summary>
public sealed class ImportValidationTests(ImportValidationTests.SmallSample sample) : IClassFixture<ImportValidationTests.SmallSample>, IAsyncLifetime
{
    const int AllRows = SmallSample.Rows; // a sample of as many is the whole file

    readonly PadronDatabase database = PadronDatabase.CopyOf("validation", async filled =>
    {
        await filled.LoadPlanAsync(sample.Folder.Plan);
        await filled.ImportAsync(sample.Folder.Database);
        await filled.CatchUpAsync();
    });

    Guid importId;

    // The contact that came last, so that rows below it can lend it what is theirs.
    Guid victim;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        importId = await database.OnlyImportAsync();
        victim = await database.ScalarAsync<Guid>("select id from read.contact_profiles where full_name is not null order by source_row desc limit 1");
    }

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task A_clean_import_scores_a_hundred_in_seven_checks()
    {
        var validated = await ValidateAsync(AllRows);

        validated.Score.ShouldBe(100);
        validated.Checks.Select(check => check.Name).ShouldBe(ImportChecks.All.Select(check => check.Name));
        validated.Checks.ShouldAllBe(check => check.Checked > 0 && check.Failed == 0 && check.Examples.Count == 0);
        var looked = validated.Checks.ToDictionary(check => check.Name, check => check.Checked);
        (looked[ImportChecks.Counts], looked[ImportChecks.Sample]).ShouldBe((SmallSample.Rows, SmallSample.Rows));
        (looked[ImportChecks.Numbers], looked[ImportChecks.Streams]).ShouldBe((sample.Truth.Imported, sample.Truth.Imported));
    }

    [Fact]
    public async Task So_does_one_that_was_appended_to_contacts_there_were()
    {
        var other = new PadronDatabase();
        await other.InitializeAsync();
        await other.LoadPlanAsync(sample.Folder.Plan);
        await other.GivenAStrangerAsync();
        var import = (await other.ImportAsync(sample.Folder.Database, batchSize: 500)).ImportId;
        await other.CatchUpAsync();

        var validated = await other.Get<ValidateImportHandler>().HandleAsync(new(import, sample.Folder.Database, AllRows, "ana"));

        (validated.Score, validated.Checks.Sum(check => check.Failed)).ShouldBe((100, 0));
        (await other.Get<ImportFigures>().ReadAsync(import)).Pace.Select(point => point.RowsRead).ShouldBe([500, 1_000, 1_500, 2_000]);
        await other.DisposeAsync();
    }

    [Theory]
    [InlineData("update read.contact_states set phone = 12345, lada = '', state_code = 'XX', version = version + 1 where id = $1")]
    [InlineData("update read.contact_states set phone = null where id = $1")]
    [InlineData("delete from events.mt_streams where id = $1")]
    public async Task What_is_wrong_with_others_contacts_is_no_fault_of_the_import(string fault)
    {
        var other = await RegisterAnotherAsync();
        await database.ExecuteAsync(fault, other);
        await database.ExecuteAsync("update read.contact_profiles set phone_original = null, source_row = null where id = $1", other);

        (await ValidateAsync(AllRows)).Score.ShouldBe(100);
    }

    [Theory]
    [InlineData("update read.contact_states set state_code = case state_code when 'JAL' then 'YUC' else 'JAL' end where id = $1")]
    [InlineData("delete from read.contact_states where id = $1")]
    [InlineData("update read.contact_states set version = version + 1 where id = $1")]
    [InlineData("update read.contact_profiles set full_name = address, address = full_name where id = $1")]
    [InlineData("update read.contact_profiles set neighborhood = '' where id = $1")]
    public async Task What_is_wrong_among_others_contacts_fails_the_streams(string fault)
    {
        victim = await database.ScalarAsync<Guid>("select id from read.contact_profiles where address is not null and neighborhood is null order by source_row desc limit 1");
        await RegisterAnotherAsync();
        await database.ExecuteAsync(fault, victim);

        (await ShouldFailAsync(sampleSize: 0, ImportChecks.Streams)).Single().Examples.ShouldBe([$"contact {victim}"]);
    }

    [Fact]
    public async Task What_two_contacts_have_exchanged_fails_the_streams()
    {
        await database.ExecuteAsync("""
            update read.contact_profiles p set full_name = o.full_name
              from read.contact_profiles o
             where p.id in ($1, (select id from read.contact_profiles where full_name is not null order by source_row limit 1))
               and o.id in ($1, (select id from read.contact_profiles where full_name is not null order by source_row limit 1)) and o.id <> p.id
            """, victim);

        (await ShouldFailAsync(sampleSize: 0, ImportChecks.Streams)).Single().Failed.ShouldBe(2);
    }

    [Fact]
    public async Task Rows_that_show_what_their_projection_has_not_come_to_fail_the_streams()
    {
        await database.ExecuteAsync("update events.mt_event_progression set last_seq_id = (select seq_id - 1 from events.mt_events where stream_id = $1 and version = 1) where name = $2", victim, ContactsProjection.Definition.ProgressionName);

        (await ShouldFailAsync(sampleSize: 0, ImportChecks.Streams)).Single().Examples.ShouldContain($"contact {victim}");
    }

    [Fact]
    public async Task It_is_a_fact_of_the_import_and_the_last_one_shows()
    {
        await ValidateAsync(sampleSize: 10);
        await database.ExecuteAsync("update read.contact_states set lada = '' where id = $1", victim);
        var last = await ValidateAsync(sampleSize: 10);
        await database.CatchUpAsync();

        (await database.HistoryAsync(importId)).TakeLast(2).ShouldBe([nameof(ImportValidated), nameof(ImportValidated)]);
        var shown = (await database.Get<ImportQueries>().GetAsync(importId))!.Validation!;
        JsonSerializer.Serialize(shown).ShouldBe(JsonSerializer.Serialize(last)); // lists have no equality of values
    }

    [Fact]
    public async Task Rows_that_the_import_lost_fail_the_counts()
    {
        // Whole: with its events, its stream and its read rows, so that only a sum and the source still know of it.
        foreach (var table in (string[])["events.mt_events where stream_id", "events.mt_streams where id", "read.contact_profiles where id", "read.contact_states where id"])
            await database.ExecuteAsync($"delete from {table} = $1", victim);

        await ShouldFailAsync(sampleSize: 0, ImportChecks.Counts);
        await ShouldFailAsync(AllRows, ImportChecks.Counts, ImportChecks.Sample);
    }

    [Fact]
    public async Task Rejections_that_were_lost_fail_the_counts()
    {
        await database.ExecuteAsync("delete from padron.import_rejections where source_row = (select min(source_row) from padron.import_rejections)");

        var check = (await ShouldFailAsync(sampleSize: 0, ImportChecks.Counts)).Single();
        check.Failed.ShouldBe(1);
        check.Examples.ShouldHaveSingleItem().ShouldStartWith("rejected_and_rejections: ");
    }

    [Fact]
    public async Task A_number_that_is_not_E164_fails_the_numbers()
    {
        await ChangeBothAsync("phone = 12345", """{"phone": "+12345"}""");

        (await ShouldFailAsync(sampleSize: 0, ImportChecks.Numbers)).Single().Examples.ShouldBe([$"contact {victim}"]);
    }

    [Fact]
    public async Task A_number_that_its_region_does_not_give_out_fails_the_numbers()
    {
        // As long as one of the United States, and of no area that there is.
        await ChangeBothAsync("phone = 11235550123", """{"phone": "+11235550123"}""");

        await ShouldFailAsync(sampleSize: 0, ImportChecks.Numbers);
    }

    [Fact]
    public async Task Two_contacts_of_one_source_row_fail_the_duplicates()
    {
        var row = await database.ScalarAsync<long>("select min(source_row) from read.contact_profiles");
        await ChangeBothAsync(details: $$"""{"sourceRow": {{row}}}""", profile: $"source_row = {row}");

        (await ShouldFailAsync(AllRows, ImportChecks.Duplicates)).Single().Failed.ShouldBe(2);
    }

    [Fact]
    public async Task Two_contacts_with_one_number_fail_the_duplicates()
    {
        await database.ExecuteAsync("drop index read.contact_states_phone");
        var twin = await database.ScalarAsync<long>("select s.phone from read.contact_states s join read.contact_states v using (lada) where v.id = $1 and s.id <> v.id limit 1", victim);
        await ChangeBothAsync($"phone = {twin}", $$"""{"phone": "+{{twin}}"}""");

        (await ShouldFailAsync(sampleSize: 0, ImportChecks.Duplicates)).Single().Failed.ShouldBe(2);
    }

    [Theory]
    [InlineData("state_code = ''", null, "stateCode")]
    [InlineData(null, "phone_original = null", "phoneOriginal")]
    public async Task A_contact_without_what_every_one_must_have_fails_the_required_fields(string? state, string? profile, string detail)
    {
        await ChangeBothAsync(state, profile: profile, absent: detail);

        await ShouldFailAsync(sampleSize: 0, ImportChecks.Required);
    }

    [Fact]
    public async Task A_state_that_is_none_of_the_32_fails_the_places()
    {
        await ChangeBothAsync("state_code = 'XX'", """{"details": {"stateCode": "XX"}}""");

        await ShouldFailAsync(sampleSize: 0, ImportChecks.Places);
    }

    [Theory]
    [InlineData("999")] // of another city
    [InlineData("52")] // of none
    public async Task A_LADA_that_is_not_the_one_of_the_number_fails_the_places(string lada)
    {
        await ChangeBothAsync($"lada = '{lada}'", $$"""{"lada": "{{lada}}"}""");

        await ShouldFailAsync(sampleSize: 0, ImportChecks.Places);
    }

    [Theory]
    [InlineData("delete from events.mt_streams where id = $1")]
    [InlineData("update events.mt_streams set version = version + 1 where id = $1")]
    [InlineData("update read.contact_states set version = version - 1 where id = $1")]
    [InlineData("update read.contact_states set version = version + 1 where id = $1")]
    public async Task A_stream_that_tells_another_version_fails_the_streams(string fault)
    {
        await database.ExecuteAsync(fault, victim);

        await ShouldFailAsync(AllRows, ImportChecks.Streams);
    }

    [Theory]
    [InlineData("update read.contact_profiles set full_name = 'OTRA PERSONA' where id = $1")]
    [InlineData("update read.contact_states set state_code = case state_code when 'JAL' then 'YUC' else 'JAL' end where id = $1")]
    public async Task A_row_that_is_not_what_its_event_says_fails_the_streams_and_the_sample_that_meets_it(string fault)
    {
        await database.ExecuteAsync(fault, victim);

        await ShouldFailAsync(sampleSize: 0, ImportChecks.Streams);
        await ShouldFailAsync(AllRows, ImportChecks.Streams, ImportChecks.Sample);
    }

    [Fact]
    public async Task A_row_without_events_fails_the_streams()
    {
        await database.ExecuteAsync("delete from events.mt_events where stream_id = $1", victim);

        await ShouldFailAsync(AllRows, ImportChecks.Streams);
    }

    [Fact]
    public async Task Events_without_a_row_fail_the_streams_and_the_counts()
    {
        await database.ExecuteAsync("delete from read.contact_profiles where id = $1", victim);

        await ShouldFailAsync(sampleSize: 0, ImportChecks.Counts, ImportChecks.Streams);
    }

    [Fact]
    public async Task A_field_that_is_not_what_the_source_has_fails_the_sample()
    {
        await ChangeBothAsync(profile: "full_name = 'OTRA PERSONA'", details: """{"details": {"fullName": "OTRA PERSONA"}}""");
        var row = await database.ScalarAsync<long>("select source_row from read.contact_profiles where id = $1", victim);

        (await ShouldFailAsync(AllRows, ImportChecks.Sample)).Single().Examples.ShouldBe([$"row {row}: full_name"]);
    }

    [Fact]
    public async Task What_became_of_contacts_since_is_no_fault()
    {
        await database.Contacts.ExecuteAsync(
            Phone(await NumberAsync()), new OptOutContact(Phone(await NumberAsync()), OptOutMethod.Api, "ALTO", "ana", DateTimeOffset.UnixEpoch), ContactDecider.Decide, EventMetadata.None);
        await database.CatchUpAsync();
        var version = await database.ScalarAsync<long>("select version from events.mt_streams where id = $1", victim);
        await database.Store.AppendAsync(victim, version, [new ContactDetailsChanged(new(FullName: "OTRA PERSONA"), "ana", DateTimeOffset.UnixEpoch)], EventMetadata.None);

        (await ValidateAsync(AllRows)).Score.ShouldBe(100); // not folded yet
        await database.CatchUpAsync();
        var validated = await ValidateAsync(AllRows);

        validated.Checks.Where(check => check.Failed > 0).Select(check => check.Name).ShouldBe([ImportChecks.Required]); // the correction took its original number and state
    }

    [Fact]
    public async Task Without_the_file_no_sample_is_taken_and_the_rest_counts()
    {
        var validated = await database.Get<ValidateImportHandler>().HandleAsync(new(importId, SourcePath: null, AllRows, "ana"));

        (validated.Score, validated.Checks.Single(check => check.Checked == 0).Name).ShouldBe((100, ImportChecks.Sample));
    }

    [Fact]
    public async Task Another_file_is_refused()
    {
        using var other = new ContactFile();

        (await Should.ThrowAsync<RuleViolationException>(() => database.Get<ValidateImportHandler>().HandleAsync(new(importId, other.Path, 10, "ana")))).Code.ShouldBe("other_source");
    }

    [Fact]
    public async Task What_is_no_import_or_not_complete_is_refused()
    {
        var running = Guid.CreateVersion7();
        await database.Store.AppendAsync(running, 0, [new ImportStarted("otro.db", 1, "ab12", 1, null, DateTimeOffset.UnixEpoch)], EventMetadata.None);

        (await RefusedAsync(Guid.NewGuid())).ShouldBe("import_unknown");
        (await RefusedAsync(running)).ShouldBe("import_not_complete");

        async Task<string> RefusedAsync(Guid id) =>
            (await Should.ThrowAsync<RuleViolationException>(() => database.Get<ValidateImportHandler>().HandleAsync(new(id, null, 10, "ana")))).Code;
    }

    [Fact]
    public void A_sample_has_each_row_once_and_the_seed_says_which()
    {
        using var source = new ContactFile();
        for (var i = 0; i < 20; i++)
            source.Add(5510000000 + i);
        source.Execute("update numeros set id = id * 1000 where id > 10");
        var file = database.Get<IContactSourceOpener>().Open(source.Path);

        file.Sample(100, seed: 1).Select(row => row.Row).ShouldBe([.. Enumerable.Range(1, 10), .. Enumerable.Range(11, 10).Select(id => id * 1_000L)]);
        var some = file.Sample(10, seed: 1).Select(row => row.Row).ToArray();
        some.Length.ShouldBeInRange(2, 10);
        some.ShouldBeUnique();
        file.Sample(10, seed: 1).Select(row => row.Row).ShouldBe(some);
        file.Sample(10, seed: 2).Select(row => row.Row).ShouldNotBe(some);
        file.Sample(0, seed: 1).ShouldBeEmpty();
    }

    async Task<ImportValidated> ValidateAsync(int sampleSize) =>
        await database.Get<ValidateImportHandler>().HandleAsync(new(importId, sample.Folder.Database, sampleSize, "ana"));

    async Task<IEnumerable<ImportCheck>> ShouldFailAsync(int sampleSize, params string[] checks)
    {
        var validated = await ValidateAsync(sampleSize);
        var failed = validated.Checks.Where(check => check.Failed > 0).ToArray();
        failed.Select(check => check.Name).ShouldBe(checks);
        failed.ShouldAllBe(check => check.Score < 100 && check.Examples.Count > 0);
        validated.Score.ShouldBeLessThan(100);
        return failed;
    }

    /// <summary>A fault that events and rows agree on, so that only the check of what is right can find it.</summary>
    async Task ChangeBothAsync(string? state = null, string? details = null, string? profile = null, string? absent = null)
    {
        if (state is not null)
            await database.ExecuteAsync($"update read.contact_states set {state} where id = $1", victim);
        if (profile is not null)
            await database.ExecuteAsync($"update read.contact_profiles set {profile} where id = $1", victim);
        if (details is not null)
            await database.ExecuteAsync("update events.mt_events set data = data || ($2::jsonb - 'details') || jsonb_build_object('details', data->'details' || coalesce($2::jsonb->'details', '{}')) where stream_id = $1 and type = 'contact_imported'", victim, details);
        if (absent is not null)
            await database.ExecuteAsync("update events.mt_events set data = data #- array['details', $2] where stream_id = $1 and type = 'contact_imported'", victim, absent);
    }

    /// <returns>The contact's id.</returns>
    async Task<Guid> RegisterAnotherAsync()
    {
        await database.Get<RegisterContactHandler>().HandleAsync(new NewContact(new(12125550100), null, FullName: "OTRA PERSONA"), "ana");
        await database.CatchUpAsync();
        return await database.ScalarAsync<Guid>("select id from read.contact_profiles where import_id is null");
    }

    Task<long> NumberAsync() => database.ScalarAsync<long>("select phone from read.contact_states where id <> $1 order by id limit 1", victim);

    static PhoneNumber Phone(long digits) => new(digits);

    /// <summary>A file with the usual dirt, small enough to be compared whole in every test.</summary>
    public sealed class SmallSample : IAsyncLifetime, IDisposable
    {
        public const int Rows = 2_000;

        internal SampleFolder Folder { get; } = new();

        internal Padron.Adapters.Samples.SampleTruth Truth { get; private set; } = null!;

        public async Task InitializeAsync() => Truth = await Folder.WriteAsync(Rows);

        public Task DisposeAsync() => Task.CompletedTask;

        public void Dispose() => Folder.Dispose();
    }
}
