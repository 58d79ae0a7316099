-- AlterTable
ALTER TABLE "LiteLLM_Budget" ALTER COLUMN "tokens_per_minute" SET DATA TYPE BIGINT,
ALTER COLUMN "requests_per_minute" SET DATA TYPE BIGINT;

-- AlterTable
ALTER TABLE "LiteLLM_Team" ALTER COLUMN "tokens_per_minute" SET DATA TYPE BIGINT,
ALTER COLUMN "requests_per_minute" SET DATA TYPE BIGINT;

-- AlterTable
ALTER TABLE "LiteLLM_VirtualKey" ADD COLUMN     "last_used_at" TIMESTAMP(3),
ADD COLUMN     "rotates" BOOLEAN DEFAULT false,
ADD COLUMN     "rotates_at" TIMESTAMP(3),
ADD COLUMN     "rotates_every" TEXT,
ADD COLUMN     "rotations" INTEGER NOT NULL DEFAULT 0,
ALTER COLUMN "tokens_per_minute" SET DATA TYPE BIGINT,
ALTER COLUMN "requests_per_minute" SET DATA TYPE BIGINT;

-- CreateTable
CREATE TABLE "LiteLLM_RetiredKey" (
    "id" BIGSERIAL NOT NULL,
    "token" TEXT NOT NULL,
    "successor" TEXT NOT NULL,
    "retires_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "LiteLLM_RetiredKey_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "LiteLLM_RetiredKey_token_key" ON "LiteLLM_RetiredKey"("token");

-- CreateIndex
CREATE INDEX "LiteLLM_RetiredKey_retires_at_idx" ON "LiteLLM_RetiredKey"("retires_at");

-- CreateIndex
CREATE INDEX "LiteLLM_VirtualKey_user_id_team_id_idx" ON "LiteLLM_VirtualKey"("user_id", "team_id");

-- CreateIndex
CREATE INDEX "LiteLLM_VirtualKey_renews_at_expires_idx" ON "LiteLLM_VirtualKey"("renews_at", "expires");

-- AddForeignKey
ALTER TABLE "LiteLLM_RetiredKey" ADD CONSTRAINT "LiteLLM_RetiredKey_successor_fkey" FOREIGN KEY ("successor") REFERENCES "LiteLLM_VirtualKey"("token") ON DELETE CASCADE ON UPDATE CASCADE;
