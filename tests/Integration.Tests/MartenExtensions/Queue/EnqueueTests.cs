using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Queue;

namespace Padron.Integration.Tests.MartenExtensions.Queue;

public sealed class EnqueueTests : QueueTest
{
    readonly Guid box = Guid.CreateVersion7();

    [Fact]
    public async Task Messages_commit_with_the_append_that_causes_them()
    {
        var metadata = new EventMetadata("ana", "request-7", "command-8");
        await Store.TransactAsync(metadata, async (session, ct) =>
        {
            await session.AppendAsync(new(box, 0, Items("mango")), ct);
            return await Queue.EnqueueAsync([new(new SendParcel("mango")), new(new WeighParcel("mango"))], metadata, ct);
        });

        (await RowsAsync("select kind, body::text, user_name, correlation_id, causation_id from queue.messages order by kind")).ShouldBe(
        [
            ["send_parcel", """{"item": "mango", "count": 1}""", "ana", "request-7", "command-8"],
            ["weigh_parcel", """{"item": "mango"}""", "ana", "request-7", "command-8"],
        ]);
    }

    [Fact]
    public async Task A_transaction_that_is_rolled_back_leaves_no_message()
    {
        await Should.ThrowAsync<ChangedMyMindException>(() => Store.TransactAsync<int>(async (session, ct) =>
        {
            await session.AppendAsync(new(box, 0, Items("a")), ct);
            (await Queue.EnqueueAsync([new(new SendParcel("b"))], EventMetadata.None, ct)).ShouldBe(1);
            throw new ChangedMyMindException();
        }));

        (await QueuedAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_message_is_queued_once_under_its_id()
    {
        var message = new QueueMessage(new SendParcel("mango"));

        (await Queue.EnqueueAsync([message, message], EventMetadata.None)).ShouldBe(1);
        (await Queue.EnqueueAsync([message with { Body = new SendParcel("other") }], EventMetadata.None)).ShouldBe(0);

        (await ScalarAsync<string>("select body->>'item' from queue.messages")).ShouldBe("mango");
    }

    [Fact]
    public async Task A_message_that_is_dead_is_not_queued_again_behind_the_operators_back()
    {
        var message = new QueueMessage(new SendParcel("mango"));
        await Queue.EnqueueAsync([message], EventMetadata.None);
        await DrainAsync(Handlers().Add<SendParcel>((_, _, _) => throw new MessageRejectedException("No such street.")));

        (await Queue.EnqueueAsync([message], EventMetadata.None)).ShouldBe(0);

        (await QueuedAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task No_messages_are_no_work() => (await Queue.EnqueueAsync([], EventMetadata.None)).ShouldBe(0);

    [Fact]
    public async Task A_message_of_a_class_nobody_registered_is_refused()
    {
        (await Should.ThrowAsync<ArgumentException>(() => Queue.EnqueueAsync([new(new LoseParcel())], EventMetadata.None))).Message.ShouldContain(nameof(LoseParcel));
        (await ItemsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public void Two_message_classes_of_one_name_are_refused() =>
        Should.Throw<ArgumentException>(() => new MessageTypes(ParcelJson.Default, [typeof(SendParcel), typeof(SendParcel)])).Message.ShouldContain(nameof(SendParcel));
}
